import { assertCause, assertCompeting, type CompetingFollowUp } from "./cause-counts.ts";
import { type CoxData, type CoxFit, type CoxOptions, coxRegression } from "./cox.ts";

/**
 * Cox regression for the hazard of one cause, the other causes counting as censorings.
 *
 *     hazardₖ(t | x) = h₀ₖ(t) · exp(x βₖ)
 *
 * βₖ says how the rate of the cause changes among those still free of every event; it does not say how the
 * probability of the cause changes, which depends on the hazards of all causes.
 *
 * Reference: Prentice, Kalbfleisch, Peterson, Flournoy, Farewell & Breslow (1978), Biometrics 34, 541–554,
 * doi:10.2307/2530374. Checked against: R survival::coxph, as `coxRegression`.
 */
export function causeSpecificCox({
  of,
  cause,
  nCauses,
  ...rest
}: CompetingFollowUp & Omit<CoxData, "event"> & CoxOptions & { readonly of: number }): CoxFit {
  assertCompeting({ time: rest.time, cause, nCauses });
  assertCause(of, nCauses);
  return coxRegression({ ...rest, event: cause.map((code) => (code === of ? 1 : 0)) });
}
