export { decide, rowsOf, sourceFiles } from "./decide.ts";
export { disclose } from "./disclose.ts";
export { figureCells } from "./figure-cells.ts";
export { figureNumber } from "./figure-numbers.ts";
export { provenance } from "./provenance.ts";
export { type Check, requireNumber, type Trace, trace } from "./trace.ts";
export type { NeededSize } from "./trace-needed.ts";
export { type Triage, triage } from "./triage.ts";
export { verdict } from "./verdict.ts";
