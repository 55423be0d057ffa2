import { assertBinary, assertRisk, assertSameLength } from "./assert.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { normalCdf } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";

export interface SpiegelhalterTest {
  /** Above 0: the Brier score is larger than right risks would have it. */
  readonly z: number;
  readonly pValue: number;
}

/**
 * Spiegelhalter's test of whether risks of a binary outcome are right, from the Brier score that they
 * promise.
 *
 *     z = Σ (dᵢ − rᵢ)(1 − 2rᵢ) / √( Σ (1 − 2rᵢ)² rᵢ (1 − rᵢ) ),   p = 2 Φ(−|z|)
 *
 * Errors of calibration that leave the Brier score where it was expected go unseen. Not estimable: nobody, or
 * risks of 0, ½ and 1 only, which promise no spread. A risk that is not between 0 and 1 is a ContractError.
 *
 * Reference: Spiegelhalter (1986), Statistics in Medicine 5, 421–433, doi:10.1002/sim.4780050506.
 * Checked against: R rms::val.prob (test/reference/binary-scores.json).
 */
export function spiegelhalterTest({
  event,
  risk,
}: Omit<BinaryPredictions, "level">): SpiegelhalterTest | NotEstimable {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  if (event.length === 0) return { notEstimable: "no patients" };
  let excess = 0;
  let variance = 0;
  for (let i = 0; i < event.length; i++) {
    const r = risk[i]!;
    excess += (event[i]! - r) * (1 - 2 * r);
    variance += (1 - 2 * r) ** 2 * r * (1 - r);
  }
  if (variance === 0) return { notEstimable: "every risk is 0, one half or 1" };
  const z = excess / Math.sqrt(variance);
  return { z, pValue: 2 * normalCdf(-Math.abs(z)) };
}
