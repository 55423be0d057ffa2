import type { KnownEstimate } from "../../evidence/estimate.ts";
import type { Registry } from "./count-registry.ts";
import type { Stated } from "./offer.ts";
import { printedRange } from "./printed.ts";
import { type Weights, weightedCountFacts } from "./rate-facts.ts";

/** The event-free stand for all who are expected to be: n · S(h) among so many. */
export function weightsOf({ dossier, known, value, nPatients }: Registry): Weights {
  if (dossier.binary) return { ofEventFree: 1 };
  const survival = known(`cohort.survival@${dossier.primaryHorizon}`)?.value;
  const free = value("all.free");
  if (!free || survival === undefined || nPatients === undefined)
    return { ofEventFree: Number.POSITIVE_INFINITY };
  return { ofEventFree: (nPatients * survival) / free };
}

const fromProtocol = new Set(["cost-per-false-flag", "minutes-per-false-flag", "limit", "break-even"]);

/** Hours and dollars are the false flags per 1,000 times a factor that the protocol gives. */
export function burdenValue(estimate: KnownEstimate, name: string, to: Registry): Stated {
  if (fromProtocol.has(name)) return { facts: [], basis: [] };
  const cell = name === "true-flags" ? "tp" : "fp";
  const source = name === "true-flags" ? "true-positives" : "false-positives";
  const perThousand = to.known(`performance.${source}@${to.dossier.primaryHorizon}`);
  const basis = [`all.${cell}`, "all.events", "all.others"];
  if (!perThousand || estimate.value === 0 || to.value(`all.${cell}`) === undefined)
    return { facts: [], basis };
  const scale = (perThousand.value / estimate.value / 1000) * estimate.n;
  const [low, high] = printedRange(estimate);
  return { facts: weightedCountFacts([`all.${cell}`], [low * scale, high * scale], weightsOf(to)), basis };
}
