import type { Protocol } from "../../protocol/index.ts";
import { outputColumn } from "../cohort/column-names.ts";
import type { Condition, NumberPlace } from "./provenance.ts";
import type { PatientColumns, RowTest } from "./study-columns.ts";

type FigureCondition = Extract<
  Condition,
  | "left after the step"
  | "excluded at the step"
  | "followed to that time"
  | "event before that time"
  | "censored before that time"
  | "predicted risk in the class"
>;

/** Times of a risk table are products of a unit; a patient followed for exactly one is at risk there. */
const sameDay = 1e-9;
/** Of a class's width: a risk of .35 lies in the class that begins there, however it is stored. */
const sameRisk = 1e-9;

/** What the cells of tables and charts ask of a patient. */
export function figureConditions(
  patients: PatientColumns,
  protocol: Protocol,
  place: NumberPlace,
): Readonly<Record<FigureCondition, () => RowTest>> {
  const { time, event, excludedAt } = patients;
  const step = () => given(place.step, "step");
  const isFollowed = (): RowTest => {
    const days = given(place.days, "time");
    if (!time) throw new Error("the endpoint has no time");
    return (row) => time[row]! >= days - sameDay;
  };
  const before =
    (wanted: 0 | 1): (() => RowTest) =>
    () => {
      const isLater = isFollowed();
      return (row) => !isLater(row) && event[row] === wanted;
    };
  return {
    "left after the step": () => {
      const at = step();
      return (row) => excludedAt[row] === 0 || excludedAt[row]! > at;
    },
    "excluded at the step": () => {
      const at = step();
      return (row) => at > 0 && excludedAt[row] === at;
    },
    "followed to that time": isFollowed,
    "event before that time": before(1),
    "censored before that time": before(0),
    "predicted risk in the class": () => riskTest(patients, protocol, place),
  };
}

function riskTest({ columns }: PatientColumns, { model }: Protocol, place: NumberPlace): RowTest {
  const [from, below] = given(place.riskBetween, "class of risk");
  const output = model.outputs.find(({ horizon }) => horizon.short === place.horizon);
  const column = output && columns.get(outputColumn(output.name));
  if (column?.kind !== "number") throw new Error(`the model has no output at ${place.horizon}`);
  const slack = (below - from) * sameRisk;
  const isLast = below >= 1;
  return (row) => {
    const risk = column.values[row]!;
    return risk >= from - slack && (isLast ? risk <= below : risk < below - slack);
  };
}

function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the place has no ${name}`);
  return value;
}
