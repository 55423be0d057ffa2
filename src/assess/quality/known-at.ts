import type { Column, ColumnSet } from "../../data/index.ts";
import { type Data, timesNotCompared } from "../../protocol/index.ts";
import { isNotAfter, type Moment, momentOfDay, parseMoment } from "./moment.ts";

/** When a row's inputs became known, beside its prediction. All but the first two are untimed: nothing shows it. */
export type Placement =
  | "in time"
  | "late"
  | "known-at time empty"
  | "prediction time empty"
  | "too coarse to compare";

/** The two columns of the patients table, or why they cannot be compared. */
export type ComparedTimes =
  | { readonly knownAt: string; readonly predictedAt: string }
  | { readonly knownAt: string; readonly notCompared: string };

/** Undefined where the protocol names no column that says when inputs became known. */
export function comparedTimes(data: Data): ComparedTimes | undefined {
  const { knownAt } = data.times;
  if (knownAt === null) return undefined;
  const notCompared = timesNotCompared(data);
  return notCompared === undefined
    ? { knownAt, predictedAt: data.predictions.predictedAt }
    : { knownAt, notCompared };
}

/** Whether a row's inputs may be shown to the model that is replayed. */
export function isInTime(placements: readonly Placement[] | undefined, row: number): boolean {
  return placements === undefined || placements[row] === "in time";
}

export function isUntimed(placement: Placement): boolean {
  return placement !== "in time" && placement !== "late";
}

/** In time: known not after the prediction, whatever moment each of the two texts may stand for. */
export function placementOf(known: Moment | undefined, predicted: Moment | undefined): Placement {
  if (known === undefined) return "known-at time empty";
  if (predicted === undefined) return "prediction time empty";
  const answer = isNotAfter(known, predicted);
  if (answer === "yes") return "in time";
  return answer === "no" ? "late" : "too coarse to compare";
}

/** Every row's placement, of a table with both columns. */
export function placementsIn(
  { n, columns }: Pick<ColumnSet, "n" | "columns">,
  { knownAt, predictedAt }: { readonly knownAt: string; readonly predictedAt: string },
): Placement[] {
  const [known, predicted] = [momentsOf(columns.get(knownAt)), momentsOf(columns.get(predictedAt))];
  return Array.from({ length: n }, (_, row) => placementOf(known(row), predicted(row)));
}

/** What each row of a column may stand for; undefined where it is empty. */
export function momentsOf(column: Column | undefined): (row: number) => Moment | undefined {
  if (column?.kind === "date") {
    return (row) => (Number.isNaN(column.values[row]) ? undefined : momentOfDay(column.values[row]!));
  }
  if (column?.kind !== "text") throw new Error("a time is a date or a text");
  const moments = column.levels.map((text) => {
    const moment = parseMoment(text);
    if (!moment) throw new Error("a text that is no time was not refused");
    return moment;
  });
  return (row) => moments[column.codes[row]!];
}
