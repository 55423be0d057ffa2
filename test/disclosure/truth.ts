import { cells } from "./cells.ts";
import { oldThreshold, type Patient, type RandomStudy } from "./random-study.ts";

/** Every count of the attacker's names, from the patients themselves. */
export function truth(patients: readonly Patient[], { threshold }: RandomStudy): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const set = (name: string, value: number) => void counts.set(name, value);
  const steps = [
    patients,
    patients.filter(({ nodes }) => nodes >= 1),
    patients.filter(({ nodes, age }) => nodes >= 1 && age !== undefined && age <= 90),
  ];
  const kept = steps[2]!;
  const analysed = kept.filter(({ days }) => days !== undefined);
  steps.push(analysed);
  steps.forEach((step, i) => {
    if (i > 0) set(`excluded:${i}`, steps[i - 1]!.length - step.length);
  });
  for (const variable of ["age", "arm", "nodes", "clinic"] as const)
    set(`missing:${variable}`, kept.filter((patient) => patient[variable] === undefined).length);
  set("data.implausible:age.yes", kept.filter(({ age }) => age! > 95 || age! < 30).length);
  set("data.treated:arm.yes", kept.filter(({ arm }) => arm === 1).length);
  set("data.treated:arm.no", kept.filter(({ arm }) => arm === 0).length);

  const groups: Record<string, (patient: Patient) => boolean> = {
    all: () => true,
    "age:<50": ({ age }) => age! < 50,
    "age:50-64": ({ age }) => age! >= 50 && age! < 65,
    "age:65+": ({ age }) => age! >= 65,
    "arm:0": ({ arm }) => arm === 0,
    "arm:1": ({ arm }) => arm === 1,
    "arm:missing": ({ arm }) => arm === undefined,
    "slice:many_nodes": ({ nodes }) => nodes >= 10,
    "slice:more_nodes": ({ nodes }) => nodes >= 9,
    between: ({ nodes }) => nodes === 9,
    "rest:slice:many_nodes": ({ nodes }) => nodes < 10,
    "rest:slice:more_nodes": ({ nodes }) => nodes < 9,
  };
  for (const clinic of [1, 2, 3, 4]) {
    groups[`clinic:${clinic}`] = (patient) => patient.clinic === clinic;
    for (const arm of ["0", "1", "missing"])
      groups[`arm:${arm},clinic:${clinic}`] = (patient) =>
        patient.clinic === clinic && groups[`arm:${arm}`]!(patient);
  }
  const month = 365.25 / 12;
  const censorAt = 60 * month;
  const at: Record<string, number> = { "12mo": 12 * month, "24mo": 24 * month, "60mo": 4.99 * 365.25 };
  const status = ({ days, event }: Patient, limit: number) =>
    Math.min(days!, censorAt) > limit ? 1 : event && days! <= censorAt ? 0 : 2;
  for (const [name, isMember] of Object.entries(groups)) {
    cells.forEach((cell, i) => {
      const fits = (patient: Patient) =>
        isMember(patient) &&
        patient.risks[2] >= threshold === i < 3 &&
        status(patient, at["60mo"]!) === i % 3;
      set(`${name}.${cell}`, analysed.filter(fits).length);
      if (name !== "all") return;
      const byOld = analysed.filter((patient) => fits(patient) && patient.oldRisk >= oldThreshold).length;
      set(`old:all.${cell}`, byOld);
      set(`not:all.${cell}`, analysed.filter(fits).length - byOld);
    });
  }
  Object.entries(at).forEach(([h, limit], k) => {
    for (let r = 0; r < 20; r++) {
      for (let c = 0; c < 3; c++) {
        const bin = (patient: Patient) => Math.min(19, Math.floor(patient.risks[k]! / 0.05 + 1e-9));
        set(
          `performance.risk-histogram@${h}[${r},${c}]`,
          analysed.filter((patient) => bin(patient) === r && status(patient, limit) === c).length,
        );
      }
    }
  });
  const rows = Array.from({ length: 6 }, (_, row) => ({
    name: `by:row-${row}`,
    limit: row * 12 * month - 1e-9,
  }));
  const points = [
    ...rows,
    ...Object.entries(at).map(([h, limit]) => ({ name: `by:${h}`, limit })),
    { name: "by:end", limit: Number.POSITIVE_INFINITY },
  ].sort((a, b) => a.limit - b.limit);
  points.forEach(({ name, limit }, i) => {
    const from = points[i - 1]?.limit ?? -1;
    const isNew = ({ days }: Patient) =>
      Math.min(days!, censorAt) > from && Math.min(days!, censorAt) <= limit;
    const happened = ({ event, days }: Patient) => event && days! <= censorAt;
    set(`${name}.new-events`, analysed.filter((patient) => isNew(patient) && happened(patient)).length);
    set(`${name}.new-censored`, analysed.filter((patient) => isNew(patient) && !happened(patient)).length);
  });
  return counts;
}
