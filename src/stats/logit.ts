/** Risks are kept this far from 0 and 1, where the log odds are infinite. */
export const logitClip = 1e-15;

/**
 * Log odds of each risk.
 *
 *     log(r / (1 − r)),   r clipped to [1e-15, 1 − 1e-15]
 *
 * `nClipped` counts the risks that the clip moved.
 */
export function logit(risk: Float64Array): { readonly values: Float64Array; readonly nClipped: number } {
  const values = new Float64Array(risk.length);
  let nClipped = 0;
  for (let i = 0; i < risk.length; i++) {
    const r = Math.min(Math.max(risk[i]!, logitClip), 1 - logitClip);
    if (r !== risk[i]) nClipped++;
    values[i] = Math.log(r) - Math.log1p(-r);
  }
  return { values, nClipped };
}
