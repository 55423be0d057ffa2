import { cells } from "./cells.ts";
import type { Chart, Visit } from "./random-binary.ts";
import { chartAnswers, screenedCounts, screenedPairs } from "./read-charts.ts";

/** Every count of the attacker's names, from the rows themselves. */
export function binaryTruth(visits: readonly Visit[], charts: readonly Chart[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [name, isIn] of Object.entries(groupsOfVisits()))
    cells.forEach((cell, i) => {
      const fits = ({ event, isFlagged }: Visit) => isFlagged === i < 3 && i % 3 === 1 - event;
      counts.set(`${name}.${cell}`, visits.filter((visit) => isIn(visit) && fits(visit)).length);
    });
  for (const place of ["stage", "stage~named", "stage~other"]) {
    const own = charts.filter(({ drawn }) => !place.includes("~") || place.endsWith(drawn));
    countAnswers(counts, place, own);
  }
  for (const [place, isIn] of Object.entries(placesOfCharts)) countSteps(counts, place, charts.filter(isIn));
  return counts;
}

type Member = (visit: Visit) => boolean;

/** Strata, what they leave of each other, and all their crossings. */
function groupsOfVisits(): Record<string, Member> {
  const strata: Record<string, Member> = {
    "age:<65": ({ age }) => age < 65,
    "age:65+": ({ age }) => age >= 65,
    "sex:F": ({ sex }) => sex === "F",
    "sex:M": ({ sex }) => sex === "M",
    "ward:a": ({ ward }) => ward === "a",
    "ward:b": ({ ward }) => ward === "b",
    "ward:c": ({ ward }) => ward === "c",
  };
  const groups: Record<string, Member> = { all: () => true, ...strata };
  for (const [one, isOne] of Object.entries(strata))
    for (const [other, isOther] of Object.entries(strata)) {
      if (one >= other || one.split(":")[0] === other.split(":")[0]) continue;
      const both = `${one},${other}`;
      groups[both] = (visit) => isOne(visit) && isOther(visit);
      groups[`${one} less ${both}`] = (visit) => isOne(visit) && !isOther(visit);
      groups[`${other} less ${both}`] = (visit) => isOther(visit) && !isOne(visit);
    }
  return groups;
}

function countAnswers(counts: Map<string, number>, place: string, charts: readonly Chart[]): void {
  const answerOf = ({ model, person }: Chart) => {
    if (model === "") return person === "" ? "neither" : "missed";
    if (person === "") return "invented";
    return model === person ? "agree" : "differ";
  };
  const of = (answers: readonly string[]) =>
    charts.filter((chart) => answers.includes(answerOf(chart))).length;
  for (const answer of chartAnswers) counts.set(`extraction:${place}.${answer}`, of([answer]));
  for (const sum of [
    ["agree", "differ"],
    ["missed", "invented", "neither"],
    ["agree", "differ", "missed", "invented"],
  ])
    counts.set(`extraction:${place}.${sum.join("+")}`, of(sum));
}

const placesOfCharts: Readonly<Record<string, (chart: Chart) => boolean>> = {
  "": () => true,
  "charts~named": ({ drawn }) => drawn === "named",
  "charts~other": ({ drawn }) => drawn === "other",
  "sex:F": ({ sex }) => sex === "F",
  "sex:M": ({ sex }) => sex === "M",
  "sex:missing": ({ sex }) => sex === "",
};

function countSteps(counts: Map<string, number>, place: string, charts: readonly Chart[]): void {
  const told = charts.filter(
    ({ steps: [, , confirmed, consented] }) => confirmed !== "1" || consented !== "",
  );
  const through = (...places: number[]) =>
    told.filter(({ steps }) => places.every((step) => steps[step] === "1")).length;
  const found = {
    told: told.length,
    named: through(1),
    eligible: through(0),
    identified: through(0, 1),
    confirmed: through(0, 1, 2),
    consented: through(0, 1, 2, 3),
  } as const;
  const set = (name: string, count: number) => void counts.set(`matching:${place}.${name}`, count);
  set("n", charts.length);
  set("untold", charts.length - told.length);
  for (const count of screenedCounts) set(count, found[count]);
  for (const [which, of] of screenedPairs)
    set(`${of} less ${which}`, found[of as keyof typeof found] - found[which as keyof typeof found]);
}
