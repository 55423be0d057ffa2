import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";
import { variableAt } from "../provenance/conditions.ts";
import type {
  Condition,
  FieldPath,
  NumberPlace,
  Provenance,
  ProvenanceTable,
} from "../provenance/provenance.ts";

const wilson = "Wilson 1927, doi:10.1080/01621459.1927.10502953";
const cochran = "Cochran 1977, sections 5A.12 and 6.3, ISBN 978-0-471-16240-7";
const bland =
  "Bland & Altman 1986, doi:10.1016/S0140-6736(86)90837-8; Carkeet 2015, doi:10.1097/OPX.0000000000000513";
const counted = "by definition";
const quotient = "charts counted / charts of the base";

const limited = [
  [
    "agreement",
    "Model and chart agree",
    "Of charts with both values, the share in which they are the same, or as near as the protocol takes for the same.",
  ],
  [
    "missed",
    "Values missed",
    "Of charts in which a person found a value, the share for which the model gives none.",
  ],
  [
    "invented",
    "Values invented",
    "Of charts in which a person found no value, the share for which the model gives one.",
  ],
] as const;

const one = (key: string, name: string, definition: string, equation = quotient, source = wilson): Measure =>
  measure(`extraction.${key}`, name, definition, equation, source);

/** What each number about values read out of text means. */
export const extractionMeasures: readonly Measure[] = [
  one("charts", "Charts abstracted", "Charts that a person has read for the values.", "count", counted),
  one("patients", "Patients of the charts abstracted", "Patients whose charts they are.", "count", counted),
  ...limited.flatMap(([key, name, definition]) => [
    one(key, name, definition),
    one(
      `${key}-weighted`,
      `${name}, weighted`,
      `${definition} Each chart stands for those of its stratum.`,
      "Σ w x/Σ w y, w = charts in the stratum / charts read of it",
      cochran,
    ),
  ]),
  one(
    "invented-of-given",
    "Values not in the chart, of those given",
    "Of the charts for which the model gives a value, the share in which a person found none.",
  ),
  one(
    "both",
    "Charts with both values",
    "Share of the charts in which model and person give a value.",
    quotient,
    counted,
  ),
  one(
    "neither",
    "Charts with neither value",
    "Share of the charts in which neither gives a value.",
    quotient,
    counted,
  ),
  one(
    "kappa",
    "Kappa of model and chart",
    "Agreement of model and person beyond chance, no value counted as a category.",
    "(observed agreement − chance agreement) / (1 − chance agreement)",
    "Cohen 1960, doi:10.1177/001316446002000104",
  ),
  one(
    "level-sensitivity",
    "A level found",
    "Of charts with this level, the share for which the model gives it.",
  ),
  one(
    "level-ppv",
    "A level right",
    "Of charts for which the model gives this level, the share that have it.",
  ),
  one("exact", "Exactly the same", "Of charts with both values, the share in which they are equal."),
  one(
    "unit-slips",
    "Changes of unit",
    "Of charts with both values, the share beyond the tolerance whose ratio is 10, 100, 1,000, 2.54 or .4536, to 1 %, either way round.",
    quotient,
    counted,
  ),
  one("bias", "Mean difference", "Mean of the model's value less the chart's.", "Σ (e − a)/n", bland),
  one(
    "lower-limit",
    "Lower limit of agreement",
    "95 % of differences lie above it and below the upper limit, if they are normal and do not grow with the value.",
    "mean difference − 1.96 s",
    bland,
  ),
  one(
    "upper-limit",
    "Upper limit of agreement",
    "95 % of differences lie below it and above the lower limit, if they are normal and do not grow with the value.",
    "mean difference + 1.96 s",
    bland,
  ),
  one(
    "same-month",
    "The same month",
    "Of charts with both dates, the share in the same month of the same year.",
  ),
  ...(
    [
      ["earlier", "Earlier", "the model's is the earlier"],
      ["later", "Later", "the model's is the later"],
      ["swapped", "Day and month exchanged", "day and month are exchanged"],
      ["other-year", "Another year", "day and month are the same and the year is not"],
    ] as const
  ).map(([key, name, what]) =>
    one(
      key,
      `${name}, of dates`,
      `Of charts with both dates, the share in which ${what}.`,
      quotient,
      counted,
    ),
  ),
  one(
    "days-off",
    "Days apart, median",
    "Median of the days between both dates.",
    "quantile .5 of |e − a|, type 7",
    counted,
  ),
  one(
    "days-off-90",
    "Days apart, 90 %",
    "Nine in ten dates lie at most so far apart.",
    "quantile .9 of |e − a|, type 7",
    counted,
  ),
];

const fields = (_: unknown, { stratum = "" }: NumberPlace): readonly FieldPath[] => {
  const [value = ""] = stratum.split("~");
  return value === ""
    ? [["extractions"]]
    : [
        ["extractions", "file"],
        ["extractions", "values", variableAt({ stratum: value }).name],
        ...(stratum.includes("~") ? [["extractions", "sample"]] : []),
      ];
};

function charts(
  kind: "count" | "share" | "estimate",
  of: readonly Condition[],
  ...which: Condition[]
): Provenance {
  return {
    rows: {
      kind,
      population: "charts abstracted",
      of,
      counted: which,
      byGroup: false,
      readsPredictions: false,
    },
    fields,
  };
}

const [chart, noChart] = ["the chart has a value", "the chart has no value"] as const;
const [model, noModel] = ["the model gives a value", "the model gives no value"] as const;
const pair = [model, chart] as const;
const share = (of: readonly Condition[], ...which: Condition[]) => charts("share", of, ...which);
const ofLimited = {
  agreement: share(pair, "model and chart agree"),
  missed: share([chart], noModel),
  invented: share([noChart], model),
} satisfies ProvenanceTable;

/** Where the numbers about values read out of text come from. */
export const extractionProvenance: ProvenanceTable = {
  "extraction.charts": charts("count", []),
  "extraction.patients": charts("estimate", []),
  ...Object.fromEntries(
    Object.entries(ofLimited).flatMap(([key, own]) => [
      [`extraction.${key}`, own],
      [
        `extraction.${key}-weighted`,
        {
          ...own,
          fields: (protocol: unknown, place: NumberPlace) => [
            ...fields(protocol, place),
            ["extractions", "sample"],
          ],
        },
      ],
    ]),
  ),
  "extraction.invented-of-given": share([model], noChart),
  "extraction.both": share([], ...pair),
  "extraction.neither": share([], noModel, noChart),
  "extraction.kappa": charts("estimate", []),
  "extraction.level-sensitivity": share(["the chart says the level"], "the model gives the level"),
  "extraction.level-ppv": share(["the model gives the level"], "the chart says the level"),
  "extraction.exact": share(pair, "exactly the same"),
  "extraction.unit-slips": share(pair, "explained by a change of unit"),
  "extraction.bias": charts("estimate", pair),
  "extraction.lower-limit": charts("estimate", pair),
  "extraction.upper-limit": charts("estimate", pair),
  "extraction.same-month": share(pair, "in the same month"),
  "extraction.earlier": share(pair, "the model's is earlier"),
  "extraction.later": share(pair, "the model's is later"),
  "extraction.swapped": share(pair, "day and month exchanged"),
  "extraction.other-year": share(pair, "another year, the same day and month"),
  "extraction.days-off": charts("estimate", pair),
  "extraction.days-off-90": charts("estimate", pair),
};
