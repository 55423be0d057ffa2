export { decide } from "./decide.ts";
export { disclose } from "./disclose.ts";
export { verdict } from "./verdict.ts";
