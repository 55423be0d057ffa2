/** Which inputs stand in for a protected attribute, and what follows. */
export { type FoldedAuc, foldedAuc } from "./folded-auc.ts";
export { dealtFolds, type Folds } from "./folds.ts";
export { levelsByTenths, levelsByValue } from "./numbers-as-levels.ts";
export { type GapEstimate, type ProxyGap, proxyGap } from "./proxy-gap.ts";
export type { LevelledInput } from "./proxy-scores.ts";
export {
  levelAssociation,
  type Proxies,
  type ProxyInput,
  type ProxyRows,
  type ProxyStrength,
  proxyStrength,
} from "./proxy-strength.ts";
