import type { CoxData, CoxOptions } from "../../src/stats/cox.ts";
import type { ReferenceCase } from "./reference.ts";

/** What coxRegression is called with for a case of cox-*.json: the columns that its R call names. */
export function coxModelOf({ input, r }: ReferenceCase): CoxData & CoxOptions {
  const column = (name: string) => Float64Array.from(input[name]!);
  return {
    time: column("time"),
    event: Uint8Array.from(input.event!),
    covariates: ["x", "z", "u"].map(column),
    ties: r.includes("'breslow'") ? "breslow" : "efron",
    ...(r.includes("Surv(start,") && { entry: column("start") }),
    ...(r.includes("strata(g)") && { stratum: Uint32Array.from(input.g!), nStrata: 3 }),
    ...(r.includes("offset(o)") && { offset: column("o") }),
    ...(r.includes("weights=as.numeric(k)") && { weight: column("k") }),
    ...(r.includes("weights=w") && { weight: column("w") }),
    ...(r.includes("cluster=seq_along(x)") && { variance: "robust" }),
    ...(r.includes("cluster=id") && { cluster: Uint32Array.from(input.id!) }),
  };
}
