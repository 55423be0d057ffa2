/** Risks are kept this far from 0 and 1, where the transform is infinite. */
export const cloglogClip = 1e-15;

/**
 * Complementary log-log of each risk, the scale on which a proportional hazards model is linear.
 *
 *     log(−log(1 − r)),   r clipped to [1e-15, 1 − 1e-15]
 *
 * `nClipped` counts the risks that the clip moved.
 */
export function complementaryLogLog(risk: Float64Array): {
  readonly values: Float64Array;
  readonly nClipped: number;
} {
  const values = new Float64Array(risk.length);
  let nClipped = 0;
  for (let i = 0; i < risk.length; i++) {
    const r = Math.min(Math.max(risk[i]!, cloglogClip), 1 - cloglogClip);
    if (r !== risk[i]) nClipped++;
    values[i] = Math.log(-Math.log1p(-r));
  }
  return { values, nClipped };
}
