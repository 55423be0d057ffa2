import { type ComputedEstimate, isKnown, type Unit } from "../evidence/estimate.ts";
import type { Cell, Table } from "../evidence/figures.ts";
import type { Finding } from "../evidence/finding.ts";
import type { Claim, Protocol } from "../protocol/index.ts";
import type { EstimateBook } from "./estimate-book.ts";

/** One way to understand a claim: what it then says of this cohort, and the number found here that it stands beside. */
interface Reading {
  readonly key: string;
  /** Ends the sentence "missed per 1,000, if …"; none where there is one reading. */
  readonly words: string;
  readonly measure: "missed" | "wrong" | "ppv" | "skill" | "errors";
  /** Numbers of this cohort that it is made from, by measure. */
  readonly from: readonly string[];
  readonly says: (claimed: number, from: readonly number[]) => number;
  /** Why no such number can be, where it is outside this range. */
  readonly within?: readonly [low: number, high: number];
  readonly here: string;
}

const observed = "performance.observed";
const missed = "performance.false-negatives";
const flaggedForNothing = "performance.false-positives";
const perThousand = [0, 1000] as const;

const readings: Readonly<Record<Claim["measure"], readonly Reading[]>> = {
  false_negative_rate: [
    {
      key: "of-events",
      words: "if of those with the event",
      measure: "missed",
      from: [observed],
      says: (rate, [p]) => 1000 * rate * p!,
      here: missed,
    },
    {
      key: "of-all",
      words: "if of all",
      measure: "missed",
      from: [],
      says: (rate) => 1000 * rate,
      here: missed,
    },
    {
      key: "of-unflagged",
      words: "if of those not flagged",
      measure: "missed",
      from: ["performance.flagged"],
      says: (rate, [flagged]) => 1000 * rate * (1 - flagged!),
      here: missed,
    },
  ],
  accuracy: [
    {
      key: "wrong",
      words: "",
      measure: "wrong",
      from: [],
      says: (accuracy) => 1000 * (1 - accuracy),
      here: "performance.accuracy-flag-nobody",
    },
    {
      key: "ppv",
      words: "at the sensitivity found here",
      measure: "ppv",
      from: [observed, "performance.sensitivity"],
      says: (accuracy, [p, se]) => (se! * p!) / (se! * p! + 1 - accuracy - (1 - se!) * p!),
      within: [0, 1],
      here: "performance.ppv",
    },
  ],
  log_loss: [
    {
      key: "skill",
      words: "beside one risk for all",
      measure: "skill",
      from: ["performance.log-loss-null"],
      says: (loss, [none]) => 1 - loss / none!,
      here: "performance.log-loss-skill",
    },
  ],
  error_change: [
    {
      key: "relative",
      words: "if relative to those found here",
      measure: "errors",
      from: [missed, flaggedForNothing],
      says: (change, errors) => (errors[0]! + errors[1]!) * (1 + change),
      within: perThousand,
      here: "performance.accuracy",
    },
    {
      key: "points",
      words: "if in points: so many more of 100 patients",
      measure: "errors",
      from: [missed, flaggedForNothing],
      says: (change, errors) => errors[0]! + errors[1]! + 1000 * change,
      within: perThousand,
      here: "performance.accuracy",
    },
  ],
};

const unitOf: Readonly<Record<Reading["measure"], Unit>> = {
  missed: "perThousand",
  wrong: "perThousand",
  ppv: "proportion",
  skill: "difference",
  errors: "perThousand",
};

/** Numbers of the cohort that a number of the claims is made from, by id. */
export function claimSources(id: string): readonly string[] {
  const [, horizon, key] = /^claims\.\w+@([^/]+)\/claim:\d+-(.+)$/.exec(id) ?? [];
  const reading = Object.values(readings)
    .flat()
    .find((one) => one.key === key);
  return reading ? reading.from.map((measure) => `${measure}@${horizon}`) : [];
}

function idOf({ measure, key }: Reading, claim: number, horizon: string): string {
  return `claims.${measure}@${horizon}/${stratumOf(key, claim)}`;
}

const stratumOf = (key: string, claim: number) => `claim:${claim + 1}-${key}`;

/**
 * What each claim of the protocol says of this cohort, under every reading that its words allow.
 *
 * "5 % false negative rate" is 1 of 20 patients with the event, of all patients, or of those not flagged: numbers that
 * differ by a multiple. No interval: the claim has none.
 */
export function claimEstimates(
  { claims }: Pick<Protocol, "claims">,
  book: EstimateBook,
  horizon: string,
): ComputedEstimate[] {
  return claims.flatMap((claim, i) =>
    readings[claim.measure].map((reading): ComputedEstimate => {
      const { key, measure, from } = reading;
      const sources = from.map((name) => sourceIn(book, `${name}@${horizon}`));
      const n = book.get(`${observed}@${horizon}`)!.n;
      const base = {
        id: idOf(reading, i, horizon),
        label: `“${claim.said}”: ${readAs(reading)}`,
        horizon,
        stratum: stratumOf(key, i),
        unit: unitOf[measure],
        method: "the protocol's claim and the numbers found here",
        evidence: "retrospective",
        n,
      } as const;
      const unknown = sources.find((source) => !isKnown(source));
      if (unknown && !isKnown(unknown)) return { ...base, notEstimable: unknown.notEstimable };
      const value = reading.says(
        claim.value,
        sources.filter(isKnown).map((source) => source.value),
      );
      const [low, high] = reading.within ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      if (!(value >= low && value <= high))
        return { ...base, notEstimable: "no model can have this number in this cohort" };
      return { ...base, value };
    }),
  );
}

function sourceIn(book: EstimateBook, id: string): ComputedEstimate {
  const source = book.get(id);
  if (!source) throw new Error(`a claim needs "${id}"`);
  return source;
}

/** Each claim under each reading beside what was found here; none where nothing is claimed. */
export function claimTables({ claims }: Pick<Protocol, "claims">, horizon: string): Table[] {
  if (claims.length === 0) return [];
  return [
    {
      id: "claims.readings",
      caption: "What is said of the model, under every reading of its words, in this cohort",
      columns: [
        { key: "claim", label: "Said", align: "start" },
        { key: "reading", label: "Read as", align: "start" },
        { key: "says", label: "Says", align: "end" },
        { key: "beside", label: "To compare", align: "start" },
        { key: "found", label: "Found", align: "end" },
      ],
      rows: claims.flatMap((claim, i) =>
        readings[claim.measure].map((reading): Cell[] => [
          `“${claim.said}” (${claim.by})`,
          readAs(reading),
          { id: idOf(reading, i, horizon), part: "value" },
          besideOf[reading.here]!,
          { id: `${reading.here}@${horizon}`, part: "both" },
        ]),
      ),
    },
  ];
}

const saidIn: Readonly<Record<Reading["measure"], string>> = {
  missed: "missed per 1,000",
  wrong: "wrong per 1,000",
  ppv: "PPV",
  skill: "skill",
  errors: "wrong per 1,000",
};

function readAs({ measure, words }: Reading): string {
  return [saidIn[measure], ...(words ? [words] : [])].join(", ");
}

const besideOf: Readonly<Record<string, string>> = {
  [missed]: "missed per 1,000",
  "performance.accuracy-flag-nobody": "accuracy of flagging nobody",
  "performance.ppv": "PPV",
  "performance.log-loss-skill": "skill",
  "performance.accuracy": "accuracy",
};

/** A claim whose words allow several readings: a concern, for nobody can say what was promised. */
export function claimFindings({ claims }: Pick<Protocol, "claims">, horizon: string): Finding[] {
  return claims.flatMap((claim, i): Finding[] => {
    const ways = readings[claim.measure].filter(({ measure }, _, all) => measure === all[0]!.measure);
    if (ways.length < 2) return [];
    const ids = ways.map((reading) => idOf(reading, i, horizon));
    return [
      {
        id: `claims.readings-${i + 1}`,
        stage: "protocol",
        severity: "concern",
        sentence: [
          `“${claim.said}” (${claim.by}) says ${saidIn[ways[0]!.measure]}: `,
          ...ways.flatMap(({ words }, k) => [
            { id: ids[k]!, part: "value" as const },
            ` ${words}${k === ways.length - 1 ? "." : "; "}`,
          ]),
        ],
        estimates: ids,
        remedy: "Ask of whom, or of what, the number is a share, and write the claim with its base.",
      },
    ];
  });
}
