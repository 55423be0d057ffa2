import type { Store } from "../../data/index.ts";
import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Finding } from "../../evidence/finding.ts";
import { saidOf } from "../../evidence/noun.ts";
import type { Phrase } from "../../evidence/phrase.ts";
import type { Protocol } from "../../protocol/index.ts";
import { studyTable } from "../cohort/load-study.ts";
import { estimateOf, shareOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";
import { type ComparedTimes, comparedTimes, isUntimed, type Placement, placementsIn } from "./known-at.ts";

const retrospective = "retrospective" as const;
const nListed = 10;

/** When the inputs of the kept rows became known, in the order of the table. */
export interface KeptPlacements {
  readonly knownAt: string;
  readonly predictedAt: string;
  readonly sourceLine: Int32Array;
  readonly placements: readonly Placement[];
}

/** Undefined where the protocol names no two columns that can be compared. */
export async function keptPlacements(
  store: Store,
  { data }: Pick<Protocol, "data">,
): Promise<KeptPlacements | undefined> {
  const times = comparedTimes(data);
  if (times === undefined || "notCompared" in times) return undefined;
  const columns = [times.knownAt, times.predictedAt];
  const set = await store.columns({ table: studyTable, rows: "kept", columns });
  return {
    ...times,
    placements: placementsIn(set, times),
    sourceLine: set.sourceLine,
  };
}

/** Whether the inputs of each kept patient were known when the prediction was made. */
export function knownAtPiece(
  protocol: Protocol,
  kept: KeptPlacements | undefined,
  { nKept, nAnalysed }: { readonly nKept: number; readonly nAnalysed: number },
): Piece {
  const times = comparedTimes(protocol.data);
  if (times === undefined) return noneTimed(protocol, nAnalysed);
  if (kept === undefined) return notCompared(times, nKept);
  const { placements } = kept;
  const said = (text: string) => saidOf(protocol.data.patients.unit, text);
  const share = (measure: string, label: string, count: number) =>
    shareOf({ n: nKept, evidence: retrospective }, measure, said(label), count, placements.length);
  return {
    estimates: namings.map(({ measure, label, isOne }) =>
      share(measure, label, placements.filter(isOne).length),
    ),
    findings: [...lateFinding(protocol, kept), ...untimedFinding(protocol, kept)],
  };
}

export const timingIds = {
  inTime: "data.known-in-time",
  late: "data.known-late",
  untimed: "data.known-untimed",
} as const;

const namings: readonly {
  readonly measure: string;
  readonly label: string;
  readonly isOne: (placement: Placement) => boolean;
}[] = [
  {
    measure: timingIds.inTime,
    label: "Patients whose inputs were known at the prediction",
    isOne: (placement) => placement === "in time",
  },
  {
    measure: timingIds.late,
    label: "Patients whose inputs became known after the prediction",
    isOne: (placement) => placement === "late",
  },
  {
    measure: timingIds.untimed,
    label: "Patients whose inputs are not shown to be either",
    isOne: isUntimed,
  },
];

/** Inputs that carry the time at which the source knew them: needed to say whether the model saw the future. */
function noneTimed(protocol: Protocol, n: number): Piece {
  const values = n * protocol.model.predictors.length;
  const timed = shareOf(
    { n, evidence: retrospective },
    "data.known-at",
    "Inputs with a known-at time",
    0,
    values,
  );
  const sentence: Phrase =
    values === 0
      ? ["No input value carries a known-at time."]
      : [
          "No input value carries a known-at time: ",
          { id: timed.id, part: "fraction" },
          " of the values that the model reads.",
        ];
  const remedy =
    "Take the inputs from a source that records when each value became known, before any live use.";
  return { estimates: [timed], findings: [concern(sentence, [timed.id], remedy)] };
}

function concern(sentence: Phrase, estimates: readonly string[], remedy: string): Finding {
  return { id: "quality.known-at", stage: "quality", severity: "concern", sentence, estimates, remedy };
}

function notCompared(times: ComparedTimes, n: number): Piece {
  if (!("notCompared" in times)) throw new Error("times that can be compared were not");
  const { knownAt, notCompared: reason } = times;
  const estimates = namings.map(
    ({ measure, label }): ComputedEstimate =>
      estimateOf(
        { n, evidence: retrospective },
        { measure, label, unit: "share", method: "counted" },
        { notEstimable: reason },
      ),
  );
  const sentence = `Column ${knownAt} says when inputs became known, and is not compared with the prediction: ${reason}.`;
  const ids = estimates.map(({ id }) => id);
  return { estimates, findings: [concern([sentence], ids, comparedRemedy)] };
}

export const comparedRemedy =
  "Add a column with the moment of each prediction to the patients table, and name it in data.predictions.predicted_at.";

function lateFinding({ data }: Protocol, { knownAt, placements, sourceLine }: KeptPlacements): Finding[] {
  const late = [...placements.keys()].filter((row) => placements[row] === "late");
  if (late.length === 0) return [];
  return [
    {
      id: "quality.known-late",
      stage: "quality",
      severity: "serious",
      sentence: [
        "The inputs of ",
        { id: timingIds.late, part: "both" },
        ` ${data.patients.unit.many} became known only after the prediction: what is measured on them is no prediction.`,
      ],
      estimates: [timingIds.late],
      rows: {
        count: late.length,
        lines: late.slice(0, nListed).map((row) => `${data.patients.file}:${sourceLine[row]} ${knownAt}`),
      },
      remedy: `Score these ${data.patients.unit.many} again from what was known at their prediction, and give that as their inputs.`,
    },
  ];
}

function untimedFinding(
  { data }: Protocol,
  { knownAt, predictedAt, placements, sourceLine }: KeptPlacements,
): Finding[] {
  const untimed = [...placements.keys()].filter((row) => isUntimed(placements[row]!));
  if (untimed.length === 0) return [];
  const sentence: Phrase = [
    "For ",
    { id: timingIds.untimed, part: "both" },
    ` ${data.patients.unit.many} ${knownAt} and ${predictedAt} do not show whether the inputs were known at the prediction: one of them is `,
    "empty, or too coarse to compare.",
  ];
  const remedy = `Give ${knownAt} and ${predictedAt} for every ${data.patients.unit.one}, to the day or finer.`;
  return [
    {
      ...concern(sentence, [timingIds.untimed], remedy),
      rows: {
        count: untimed.length,
        lines: untimed
          .slice(0, nListed)
          .map((row) => `${data.patients.file}:${sourceLine[row]} ${placements[row]}`),
      },
    },
  ];
}
