/** Whether samples differ, and charts that watch a process over time. */
export {
  type AttributeChart,
  type Counts,
  type PrimeChart,
  pChart,
  pPrimeChart,
  type Signal,
  uChart,
} from "./attribute-chart.ts";
export { type ClassifierTest, classifierTwoSampleTest, type TwoSamples } from "./classifier-two-sample.ts";
export { type CusumAlarm, type CusumChart, cusumChart } from "./cusum.ts";
export { type EwmaChart, ewmaChart } from "./ewma.ts";
export { type JensenShannon, jensenShannon } from "./jensen-shannon.ts";
export { type KolmogorovSmirnov, kolmogorovSmirnov } from "./kolmogorov-smirnov.ts";
export {
  type BinnedStability,
  type PopulationStability,
  populationStability,
  populationStabilityOfCounts,
  type StabilityBin,
  type StabilityOptions,
} from "./population-stability.ts";
export {
  type RiskAdjustedChart,
  type RiskAdjustedLimit,
  riskAdjustedCusum,
  riskAdjustedLimit,
} from "./risk-adjusted-cusum.ts";
export { cusumRunLength, ewmaRunLength, shewhartRunLength } from "./run-length.ts";
export { wasserstein } from "./wasserstein.ts";
