export { barnardPower } from "./barnard.ts";
export { runClusteredCell } from "./clustered-audits.ts";
export { runCell } from "./fairness-audits.ts";
