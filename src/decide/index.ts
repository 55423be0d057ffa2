export { decide } from "./decide.ts";
export { disclose } from "./disclose.ts";
export { provenance } from "./provenance.ts";
export { type Check, findNumber, type Trace, trace } from "./trace.ts";
export { type Triage, triage } from "./triage.ts";
export { verdict } from "./verdict.ts";
