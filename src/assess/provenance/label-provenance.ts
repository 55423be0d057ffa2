import { endpointFields, horizonFields } from "./protocol-fields.ts";
import type { Condition, FieldPath, Provenance, ProvenanceTable, RowRule } from "./provenance.ts";

const reviewField: FieldPath = ["endpoint", "label_review"];

/** A number counted among the charts read. */
function charts(
  of: readonly Condition[],
  counted: readonly Condition[],
  population: RowRule["population"] = "charts that tell",
): Provenance {
  const readsPredictions = [...of, ...counted].some((one) => one === "flagged" || one === "not flagged");
  return {
    rows: { kind: "share", population, of, counted, byGroup: false, readsPredictions },
    fields: (protocol, place) => [
      reviewField,
      ...endpointFields(protocol),
      ...horizonFields(protocol, place),
      ...(readsPredictions ? [["operating_point"]] : []),
    ],
  };
}

const event = "event by its chart";
const eventFree = "event-free by its chart";

const rates: ProvenanceTable = {
  sensitivity: charts([event], ["flagged"]),
  specificity: charts([eventFree], ["not flagged"]),
  ppv: charts(["flagged"], [event]),
  npv: charts(["not flagged"], [eventFree]),
  prevalence: charts([], [event]),
};

/** Where the numbers about labels come from; the readings of a chart are those of its patient. */
export const labelProvenance: ProvenanceTable = {
  "labels.kappa": {
    ...charts([], ["readers agree"], "charts read"),
    rows: {
      kind: "estimate",
      population: "charts read",
      of: [],
      counted: ["readers agree"],
      byGroup: false,
      readsPredictions: false,
    },
  },
  "labels.kappa-reported": {
    calculate: (_, { endpoint }) => endpoint.labelReview?.kappa ?? Number.NaN,
    fields: () => [reviewField],
  },
  "labels.agreed": charts([], ["readers agree"], "charts read"),
  "labels.unclear": charts([], ["unclear by its chart"], "charts read"),
  "labels.used": charts([], ["status known at the horizon", "chart tells"], "charts read"),
  ...Object.fromEntries(
    Object.entries(rates).flatMap(([rate, own]) => [
      [`labels.${rate}`, own],
      [`labels.${rate}-unweighted`, own],
    ]),
  ),
  "labels.confirmed": charts(["event by the horizon"], [event]),
  "labels.missed": charts(["event-free at the horizon"], [event]),
};
