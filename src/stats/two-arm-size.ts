import { ContractError } from "./assert.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/**
 * Which normal approximation a two-arm size follows. "unpooled": the same variance, each arm's own, under both hypotheses.
 * "pooled": under no difference the variance of both arms together, as the chi-square test has it.
 */
export type TwoArmFormula = "unpooled" | "pooled";

export interface TwoArms {
  /** Expected proportion in the control arm, and in the treated one. */
  readonly control: number;
  readonly treated: number;
  readonly formula: TwoArmFormula;
  /** Two-sided error; .05 where it is not given. */
  readonly alpha?: number;
}

export interface TwoArmSize {
  readonly nControl: number;
  readonly nTreated: number;
  readonly formula: TwoArmFormula;
}

/**
 * Patients in each arm to find a difference of two proportions with a power.
 *
 *     unpooled: n_t = (z_α + z_β)² (p_t q_t + p_c q_c/k) / (p_t − p_c)²
 *     pooled:   n_t = (z_α √(p̄ q̄ (1 + 1/k)) + z_β √(p_t q_t + p_c q_c/k))² / (p_t − p_c)²,   p̄ = (p_t + k p_c)/(1 + k)
 *
 * k = `controlsPerTreated` patients in the control arm for each treated one; the control arm has ⌈k n_t⌉ of the n_t before
 * rounding up. No continuity correction. Power .8 where it is not given. Proportions not between 0 and 1, equal ones, k
 * not above 0, alpha or power not between 0 and 1, and a formula that is none are a ContractError.
 *
 * Reference: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed., section 4.2,
 * doi:10.1002/0471445428. Checked against: R power.prop.test and the formulas (test/reference/two-arm-size.json).
 */
export function twoArmSize({
  power = 0.8,
  controlsPerTreated: k = 1,
  ...arms
}: TwoArms & { readonly power?: number; readonly controlsPerTreated?: number }): TwoArmSize {
  const { gap, underNull, underGap, critical } = assertArms(arms, k);
  if (!(power > 0 && power < 1)) throw new ContractError(`a power of ${power}`);
  const reach = critical * underNull + normalQuantile(power) * underGap;
  if (reach <= 0) throw new ContractError(`a power of ${power} below the error ${arms.alpha ?? 0.05}`);
  const n = (reach / gap) ** 2;
  return { nControl: upFrom(k * n), nTreated: upFrom(n), formula: arms.formula };
}

/**
 * The power of two arms of these sizes, by the formula that `twoArmSize` solves for n.
 *
 *     Φ((√n_t |p_t − p_c| − z_α σ₀) / σ₁)      σ₀, σ₁ the roots there
 *
 * The chance to find a difference of the other sign is left out, as in R. Sizes that are not whole numbers from 1 are a
 * ContractError; otherwise as `twoArmSize`.
 */
export function twoArmPower({
  nControl,
  nTreated,
  ...arms
}: TwoArms & { readonly nControl: number; readonly nTreated: number }): number {
  for (const n of [nControl, nTreated])
    if (!(Number.isInteger(n) && n >= 1)) throw new ContractError(`an arm of ${n}`);
  const { gap, underNull, underGap, critical } = assertArms(arms, nControl / nTreated);
  return normalCdf((Math.sqrt(nTreated) * gap - critical * underNull) / underGap);
}

interface Spreads {
  readonly gap: number;
  /** Of the difference times √n_t: without a difference, and with this one. */
  readonly underNull: number;
  readonly underGap: number;
  readonly critical: number;
}

function assertArms({ control, treated, formula, alpha = 0.05 }: TwoArms, k: number): Spreads {
  for (const [name, p] of Object.entries({ control, treated, alpha }))
    if (!(p > 0 && p < 1)) throw new ContractError(`${name} is ${p}, not between 0 and 1`);
  if (control === treated) throw new ContractError(`both arms are ${control}`);
  if (!(k > 0 && k < Infinity)) throw new ContractError(`${k} controls for each treated patient`);
  if (formula !== "unpooled" && formula !== "pooled") throw new ContractError(`formula ${formula}`);
  const underGap = Math.sqrt(treated * (1 - treated) + (control * (1 - control)) / k);
  const all = (treated + k * control) / (1 + k);
  const underNull = formula === "pooled" ? Math.sqrt(all * (1 - all) * (1 + 1 / k)) : underGap;
  return { gap: Math.abs(treated - control), underNull, underGap, critical: -normalQuantile(alpha / 2) };
}

/** Rounding just above a whole number is that number. */
function upFrom(size: number): number {
  const n = Math.max(1, Math.ceil(size - 1e-9 * size));
  if (!Number.isSafeInteger(n)) throw new ContractError(`an arm of ${size}`);
  return n;
}
