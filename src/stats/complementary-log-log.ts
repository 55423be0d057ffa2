/** Risks are kept this far from 0 and 1, where the transform is infinite. */
export const cloglogClip = 1e-15;

export interface ComplementaryLogLog {
  readonly values: Float64Array;
  /** Risks that the clip moved. */
  readonly nClipped: number;
}

/**
 * Complementary log-log of each risk, the scale on which a proportional hazards model is linear.
 *
 *     log(−log(1 − r)),   r clipped to [1e-15, 1 − 1e-15]
 */
export function complementaryLogLog(risk: Float64Array): ComplementaryLogLog {
  const values = new Float64Array(risk.length);
  let nClipped = 0;
  for (let i = 0; i < risk.length; i++) {
    const r = Math.min(Math.max(risk[i]!, cloglogClip), 1 - cloglogClip);
    if (r !== risk[i]) nClipped++;
    values[i] = Math.log(-Math.log1p(-r));
  }
  return { values, nClipped };
}
