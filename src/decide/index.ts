export { decide, sourceFiles } from "./decide.ts";
export { disclose } from "./disclose.ts";
export { type Triage, triage } from "./triage.ts";
export { verdict } from "./verdict.ts";
