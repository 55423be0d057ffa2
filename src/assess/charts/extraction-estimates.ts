import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { weightedShare } from "../../stats/weighted-share.ts";
import { type Context, estimateOf } from "../estimate-of.ts";
import { answersOf, type LimitedShare, limitedNames, limitedShares, marksOf } from "./extraction-answers.ts";
import { type ExtractionDetail, extractionDetails } from "./extraction-details.ts";
import type { ExtractionRows, ReadValue } from "./extraction-rows.ts";
import { countedShare, shareMethod, shareOutcome, weightedMethod, weightedOutcome } from "./share-outcome.ts";

/** The numbers of one value. */
export interface ValueEstimates {
  readonly value: ReadValue;
  readonly answers: Int8Array;
  readonly shares: Readonly<Record<LimitedShare, ComputedEstimate>>;
  /** As the draw of the charts asks for; absent where they are not a sample with strata. */
  readonly weighted?: Readonly<Record<LimitedShare, ComputedEstimate>>;
  readonly byStratum: readonly ComputedEstimate[];
  readonly details: ExtractionDetail;
}

const shareWords: Readonly<Record<LimitedShare, string>> = {
  agreement: "model and chart agree",
  missed: "missed by the model",
  invented: "invented by the model",
};

export function valueEstimates(rows: ExtractionRows, value: ReadValue): ValueEstimates {
  const { rule } = value;
  const answers = answersOf(value);
  const details = extractionDetails(rows, value);
  const { sample } = rows;
  const context: Context = { n: rows.n, stratum: rule.name, evidence: "retrospective" };
  const ofEach = (make: (name: LimitedShare) => ComputedEstimate) =>
    Object.fromEntries(limitedNames.map((name) => [name, make(name)])) as Record<
      LimitedShare,
      ComputedEstimate
    >;
  const label = (name: LimitedShare) => `${rule.label}: ${shareWords[name]}`;
  const shares = ofEach((name) =>
    estimateOf(
      context,
      { measure: `extraction.${name}`, label: label(name), unit: "proportion", method: shareMethod(rows) },
      shareOutcome(details.shares[name]),
    ),
  );
  if (!sample) return { value, answers, shares, byStratum: [], details };
  return {
    ...{ value, answers, shares, details },
    weighted: ofEach((name) =>
      estimateOf(
        context,
        {
          measure: `extraction.${name}-weighted`,
          label: `${label(name)}, weighted`,
          unit: "proportion",
          method: weightedMethod,
        },
        weightedOutcome(
          weightedShare({ ...sample, population: "infinite", ...marksOf(answers, limitedShares[name]) }),
          sample.names,
        ),
      ),
    ),
    byStratum: sample.names.flatMap((stratum, h) =>
      limitedNames.map((name) =>
        stratumEstimate({ rows, value, answers, stratum, h }, name, `${label(name)}, ${stratum}`),
      ),
    ),
  };
}

function stratumEstimate(
  {
    rows,
    value,
    answers,
    stratum,
    h,
  }: {
    readonly rows: ExtractionRows;
    readonly value: ReadValue;
    readonly answers: Int8Array;
    readonly stratum: string;
    readonly h: number;
  },
  name: LimitedShare,
  label: string,
): ComputedEstimate {
  const isIn = (i: number) => rows.sample!.stratum[i] === h;
  const own = answers.filter((_, i) => isIn(i));
  const { numerator, denominator } = marksOf(own, limitedShares[name]);
  const [x, n] = [numerator, denominator].map((marks) => marks.reduce((sum, mark) => sum + mark, 0));
  return estimateOf(
    { n: own.length, stratum: `${value.rule.name}~${stratum}`, evidence: "retrospective" },
    { measure: `extraction.${name}`, label, unit: "proportion", method: shareMethod(rows) },
    countedShare(x!, n!),
  );
}
