import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Cell, Table } from "../../evidence/figures.ts";
import type { Finding } from "../../evidence/finding.ts";
import { countOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";
import { type LimitedShare, limitedNames, place } from "./extraction-answers.ts";
import { type ValueEstimates, valueEstimates } from "./extraction-estimates.ts";
import type { ExtractionRows } from "./extraction-rows.ts";
import { answerTo, limitPhrase, limitText, type ShareLimit } from "./share-limit.ts";

/** Values that a model read out of text against those that people abstracted: each fault with its own base. */
export function extractionPiece(
  rows: ExtractionRows,
): Piece & { readonly values: readonly ValueEstimates[] } {
  const values = rows.values.map((value) => valueEstimates(rows, value));
  const context = { n: rows.n, evidence: "retrospective" } as const;
  const { cluster } = rows;
  const counts = [
    countOf(context, "extraction.charts", "Charts abstracted by a person", rows.n),
    ...(cluster
      ? [countOf(context, "extraction.patients", "Patients of these charts", new Set(cluster).size)]
      : []),
  ];
  return {
    values,
    estimates: [...counts, ...values.flatMap(estimatesOf)],
    tables: [sharesTable(values, rows), ...byStratumTables(values, rows), detailsTable(values)],
    matrices: values.flatMap(({ details }) => (details.confusion ? [details.confusion] : [])),
    findings: values.flatMap((value) => limitedNames.flatMap((name) => limitFinding(rows, value, name))),
  };
}

function estimatesOf({ shares, weighted, byStratum, details }: ValueEstimates): ComputedEstimate[] {
  return [
    ...limitedNames.map((name) => shares[name]),
    ...(weighted ? limitedNames.map((name) => weighted[name]) : []),
    ...byStratum,
    ...details.estimates,
  ];
}

function limitOf({ value }: ValueEstimates, name: LimitedShare): ShareLimit | undefined {
  const limit = value.rule.limits[name];
  if (limit === undefined) return undefined;
  return name === "agreement" ? { atLeast: limit } : { atMost: limit };
}

/** The number that a limit is for: of all charts that the sample stands for, where it is one. */
const judged = ({ shares, weighted }: ValueEstimates, name: LimitedShare) => (weighted ?? shares)[name];

const bases: Readonly<Record<LimitedShare, string>> = {
  agreement: "agree, of charts with both values",
  missed: "missed, of charts with a value",
  invented: "invented, of charts without a value",
};

const both = ({ id }: ComputedEstimate): Cell => ({ id, part: "both" });

function sharesTable(values: readonly ValueEstimates[], { sample, file }: ExtractionRows): Table {
  return {
    id: "extraction.shares",
    caption: `Values that the model read out of text, against what people found in the same charts (${file})`,
    columns: [
      { key: "value", label: "Value", align: "start" },
      { key: "what", label: "Share", align: "start" },
      { key: "charts", label: sample ? "Among the charts, unweighted" : "Found", align: "end" },
      ...(sample ? [{ key: "weighted", label: "Weighted", align: "end" as const }] : []),
      { key: "asked", label: "Asked for", align: "start" },
      { key: "answer", label: "Answer", align: "start" },
    ],
    rows: values.flatMap((value) =>
      limitedNames.map((name): Cell[] => {
        const limit = limitOf(value, name);
        return [
          value.value.rule.label,
          bases[name],
          both(value.shares[name]),
          ...(value.weighted ? [both(value.weighted[name])] : []),
          limit ? limitText(limit) : "no limit set",
          answerTo(judged(value, name), limit),
        ];
      }),
    ),
  };
}

function byStratumTables(values: readonly ValueEstimates[], { sample }: ExtractionRows): Table[] {
  if (!sample) return [];
  return [
    {
      id: "extraction.by-stratum",
      caption: "The same within each stratum of the draw, unweighted",
      columns: [
        { key: "value", label: "Value", align: "start" },
        { key: "stratum", label: "Stratum", align: "start" },
        ...limitedNames.map((name) => ({ key: name, label: bases[name], align: "end" as const })),
      ],
      rows: values.flatMap(({ value, byStratum }) =>
        sample.names.map((stratum, h): Cell[] => [
          value.rule.label,
          stratum,
          ...limitedNames.map((_, k) => both(byStratum[h * limitedNames.length + k]!)),
        ]),
      ),
    },
  ];
}

function detailsTable(values: readonly ValueEstimates[]): Table {
  return {
    id: "extraction.details",
    caption: "What else is known of each value",
    columns: [
      { key: "what", label: "Value", align: "start" },
      { key: "number", label: "Found", align: "end" },
    ],
    rows: values.flatMap(({ details }) => details.estimates.map((one): Cell[] => [one.label, both(one)])),
  };
}

const nListed = 20;

/** As the protocol writes them. */
const fieldOf = {
  agreement: "agreement_at_least",
  missed: "missed_at_most",
  invented: "invented_at_most",
} as const;

const faultOf = { agreement: "differ", missed: "missed", invented: "invented" } as const;

const sentences: Readonly<Record<LimitedShare, string>> = {
  agreement: "of charts with both values, model and chart agree in ",
  missed: "of charts with a value, the model gives none in ",
  invented: "of charts without a value, the model gives one in ",
};

function limitFinding(rows: ExtractionRows, value: ValueEstimates, name: LimitedShare): Finding[] {
  const limit = limitOf(value, name);
  const estimate = judged(value, name);
  const answer = answerTo(estimate, limit);
  if (limit === undefined || answer === "met" || answer === "not asked") return [];
  const { label, name: id } = value.value.rule;
  const fault = place(faultOf[name]);
  const at = [...value.answers.keys()].filter((i) => value.answers[i] === fault);
  const isShort = answer === "not met";
  return [
    {
      id: `extraction.${name}-${isShort ? "not-met" : "open"}/${id}`,
      stage: "extraction",
      severity: isShort ? "serious" : "concern",
      sentence: [
        `${label}: ${sentences[name]}`,
        { id: estimate.id, part: "both" },
        "; asked for is ",
        ...limitPhrase(limit, `extractions.values.${id}.${fieldOf[name]}`),
        isShort
          ? ". The whole interval is on the wrong side."
          : ". The charts are too few, or too alike, to tell on which side it lies.",
      ],
      estimates: [estimate.id],
      ...(at.length > 0
        ? {
            rows: {
              count: at.length,
              lines: at.slice(0, nListed).map((i) => `${rows.file}:${rows.sourceLine[i]}`),
            },
          }
        : {}),
      remedy: isShort
        ? "Have a person check this value before it is used, or mend the extraction and abstract new charts."
        : "Abstract more charts before anything rests on this value.",
    },
  ];
}
