import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";
import { endpointFields, groupFields, horizonFields } from "../provenance/protocol-fields.ts";
import {
  beside,
  type Condition,
  type Provenance,
  type ProvenanceTable,
  type RowRule,
} from "../provenance/provenance.ts";

const counted = "counted";
const search =
  "Romano & Wolf 2005, doi:10.1198/016214504000000539; Chung et al. 2019, doi:10.1109/ICDE.2019.00139";
const gap = "share in the slice − share in all other rows; step-down max-T over all slices of the search";

/** What each number of the search for slices means. */
export const sliceMeasures: readonly Measure[] = [
  measure(
    "performance.slice-missed",
    "Missed in a slice",
    "Share not flagged among those of the slice with the event.",
    "missed / events",
    counted,
  ),
  measure(
    "performance.slice-missed-gap",
    "Missed in a slice, less all others",
    "Share missed of the slice's events less that of all other events; the search chose the slice, and its limits count that.",
    gap,
    search,
  ),
  measure(
    "performance.slice-false-alarms",
    "Flagged for nothing in a slice",
    "Share flagged among those of the slice without the event.",
    "flagged / event-free",
    counted,
  ),
  measure(
    "performance.slice-false-alarms-gap",
    "Flagged for nothing in a slice, less all others",
    "Share flagged of the slice's event-free less that of all others; the search chose the slice, and its limits count that.",
    gap,
    search,
  ),
  ...(["missed", "false-alarms"] as const).flatMap((error) => [
    measure(
      `performance.slices-${error}-examined`,
      "Slices searched",
      "Slices of the strata with enough rows inside and outside.",
      "count",
      search,
    ),
    measure(
      `performance.slices-${error}-too-small`,
      "Slices too small to search",
      "Slices with rows, and fewer of them inside or outside than the protocol asks for; those within one are not counted again.",
      "count",
      search,
    ),
  ]),
];

const fields: NonNullable<Provenance["fields"]> = (protocol, place) => [
  ["slice_search"],
  ["operating_point"],
  ...endpointFields(protocol),
  ...horizonFields(protocol, place),
  ...groupFields(protocol, place),
];

function made(rows: Pick<RowRule, "kind" | "of" | "counted">, inputs?: Provenance["inputs"]): Provenance {
  return {
    rows: { ...rows, population: "patients analysed", byGroup: true, readsPredictions: true },
    fields,
    ...(inputs ? { inputs } : {}),
  };
}

function ofError(error: "missed" | "false-alarms", of: Condition, counted: Condition): ProvenanceTable {
  const all = made({ kind: "estimate", of: [of], counted: [] });
  return {
    [`performance.slice-${error}`]: made({ kind: "share", of: [of], counted: [counted] }),
    [`performance.slice-${error}-gap`]: made(
      { kind: "estimate", of: [of], counted: [counted] },
      beside(`performance.slice-${error}`),
    ),
    [`performance.slices-${error}-examined`]: all,
    [`performance.slices-${error}-too-small`]: all,
  };
}

/** Where the numbers of the search come from. */
export const sliceProvenance: ProvenanceTable = {
  ...ofError("missed", "event by the horizon", "not flagged"),
  ...ofError("false-alarms", "event-free at the horizon", "flagged"),
};
