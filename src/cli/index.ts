export { evaluateStudy } from "./evaluate-study.ts";
export { main } from "./main.ts";
