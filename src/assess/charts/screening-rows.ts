import type { ColumnSet, Store } from "../../data/index.ts";
import { type TrialMatching, type TrialStep, trialSteps } from "../../protocol/index.ts";
import type { ReviewSample } from "../../stats/stratified-review.ts";
import { sampleIn } from "./extraction-rows.ts";
import { screeningTable } from "./load-screening.ts";

/** Whether a chart tells every step that its patient could reach; every chart is one of these. */
export const chartStates = ["told", "not told", "impossible order"] as const;

export interface ScreenedGroup {
  /** `sex:F` */
  readonly id: string;
  readonly label: string;
  readonly isMember: Uint8Array;
}

/** Charts of a trial in the order of the file. */
export interface ScreeningRows {
  readonly file: string;
  readonly n: number;
  readonly sourceLine: Int32Array;
  /** Places of `chartStates`. */
  readonly state: Int8Array;
  /** 1 where the step is reached; of charts that are told. */
  readonly reached: Readonly<Record<TrialStep, Uint8Array>>;
  /** Of charts that are told, with the sizes of all strata; one stratum where the protocol names none. */
  readonly sample: ReviewSample & { readonly names: readonly string[]; readonly isDrawn: boolean };
  /** Stratum of every chart. */
  readonly stratumOf: Uint16Array;
  /** Places of the charts that are told. */
  readonly told: Uint32Array;
  readonly groups: readonly ScreenedGroup[];
}

export async function screeningRows(store: Store, matching: TrialMatching): Promise<ScreeningRows> {
  const { file, steps, sample, by } = matching;
  const set = await store.columns({
    table: screeningTable,
    columns: [
      ...trialSteps.map((step) => steps[step]),
      ...(sample ? [sample.stratum] : []),
      ...by.map(({ column }) => column),
    ],
  });
  const marks = trialSteps.map((step) => marksIn(set, steps[step]));
  const [, ...days] = trialSteps.map((step) => daysIn(set, steps[step]));
  const state = Int8Array.from({ length: set.n }, (_, i) =>
    stateOf(
      marks.map((mark) => mark[i]!),
      days.map((day) => day?.[i] ?? Number.NaN),
    ),
  );
  const told = Uint32Array.from(state.keys()).filter((i) => state[i] === 0);
  const drawn = sample && sampleIn(set, sample);
  const stratumOf = drawn?.stratum ?? new Uint16Array(set.n);
  return {
    file,
    n: set.n,
    sourceLine: set.sourceLine,
    state,
    told,
    stratumOf,
    reached: Object.fromEntries(
      trialSteps.map((step, k) => [step, Uint8Array.from(told, (i) => (marks[k]![i] === 1 ? 1 : 0))]),
    ) as Record<TrialStep, Uint8Array>,
    sample: {
      stratum: Uint16Array.from(told, (i) => stratumOf[i]!),
      sizes: drawn?.sizes ?? Float64Array.of(told.length),
      names: drawn?.names ?? ["all"],
      isDrawn: drawn !== undefined,
    },
    groups: by.flatMap(({ column, levels }) => groupsOf(set, column, levels)),
  };
}

/** The place in `chartStates`. A step that the one before rules out needs no mark: nobody asks whom nobody named. */
function stateOf([eligible, ...steps]: readonly number[], days: readonly number[]): number {
  for (let k = 1; k < steps.length; k++) {
    if (steps[k] === 1 && steps.slice(0, k).includes(0)) return 2;
    if (days[k]! < days[k - 1]!) return 2;
  }
  if (eligible === -1) return 1;
  for (const mark of steps) {
    if (mark === -1) return 1;
    if (mark === 0) return 0;
  }
  return 0;
}

/** 1, 0, or −1 where it is not known; a date is a step reached, an empty one a step that is not. */
function marksIn({ columns }: ColumnSet, name: string): Int8Array {
  const column = columns.get(name);
  if (column?.kind === "boolean") return column.values;
  if (column?.kind === "date") return Int8Array.from(column.values, (day) => +!Number.isNaN(day));
  throw new Error(`column ${name} holds neither marks nor dates`);
}

function daysIn({ columns }: ColumnSet, name: string): Float64Array | undefined {
  const column = columns.get(name);
  return column?.kind === "date" ? column.values : undefined;
}

function groupsOf(set: ColumnSet, name: string, declared: readonly string[]): ScreenedGroup[] {
  const column = set.columns.get(name);
  if (column?.kind !== "text") throw new Error(`column ${name} is not text`);
  const { codes, levels } = column;
  const group = (id: string, label: string, code: number): ScreenedGroup => {
    return {
      id: `${name}:${id}`,
      label: `${name} ${label}`,
      isMember: Uint8Array.from(codes, (one) => +(one === code)),
    };
  };
  return [
    ...declared.flatMap((level) => {
      const code = levels.indexOf(level);
      return code < 0 ? [] : [group(level, level, code)];
    }),
    ...(codes.includes(-1) ? [group("missing", "not recorded", -1)] : []),
  ];
}
