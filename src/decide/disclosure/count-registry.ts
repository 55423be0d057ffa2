import type { Dossier } from "../../evidence/dossier.ts";
import { type Estimate, isKnown, type KnownEstimate } from "../../evidence/estimate.ts";
import type { Counts, Fact, Term } from "./count-audit.ts";

/** The counts behind a dossier and what adds up to what: whatever a reader could subtract. */
export interface CohortCounts {
  readonly counts: Counts;
  readonly identities: readonly Fact[];
  readonly value: (count: string) => number | undefined;
}

/** Everybody analysed. */
export const patients = "all.n";

/** Rows or patients at one point of the attrition: the same number is the same count. */
export function rowsCount(n: number, nPatients: number | undefined): string {
  return n === nPatients ? patients : `rows:${n}`;
}

export interface Registry {
  readonly dossier: Dossier;
  readonly nPatients: number | undefined;
  readonly known: (id: string) => KnownEstimate | undefined;
  readonly counted: (id: string) => (Estimate & { readonly n: number; readonly events?: number }) | undefined;
  readonly declare: (name: string, value: number | undefined) => string;
  readonly value: (name: string) => number | undefined;
  /** `sum` is the total of `parts`; nothing is said where one of them is not declared. */
  readonly addUp: (sum: string, parts: readonly string[]) => void;
}

export function registry(dossier: Dossier): Registry & CohortCounts {
  const byId = new Map(dossier.estimates.map((estimate) => [estimate.id, estimate]));
  const counts = new Map<string, number | undefined>();
  const identities: Fact[] = [];
  const known = (id: string) => {
    const estimate = byId.get(id);
    return estimate && isKnown(estimate) ? estimate : undefined;
  };
  const analysed = known("cohort.analysed")?.value;
  if (analysed !== undefined) counts.set(patients, analysed);
  return {
    dossier,
    nPatients: analysed,
    counts,
    identities,
    known,
    counted: (id) => {
      const estimate = byId.get(id);
      return estimate && !("hidden" in estimate) ? estimate : undefined;
    },
    declare: (name, value) => {
      if (!counts.has(name) || counts.get(name) === undefined) counts.set(name, value);
      return name;
    },
    value: (name) => counts.get(name),
    addUp: (sum, parts) => {
      if (![sum, ...parts].every((name) => counts.has(name))) return;
      const terms: Term[] = [[sum, -1], ...parts.map((part): Term => [part, 1])];
      identities.push({ terms, low: 0, high: 0 });
    },
  };
}
