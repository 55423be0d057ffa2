import type { CoxData, CoxOptions, CoxTies } from "../../src/stats/cox.ts";
import { mergeNearTies } from "../../src/stats/near-ties.ts";
import { SurvivalTable, type YardstickCase } from "./yardstick.ts";

/** What coxRegression is called with for a case. */
export type CoxModel = CoxData & CoxOptions;

type Rows = CoxData & Partial<CoxOptions>;

const status = (table: SurvivalTable, level: number, name = "status") =>
  Uint8Array.from(table.number(name), (value) => +(value === level));

const lungOf = (names: readonly string[], needed: readonly string[] = []) => {
  const table = SurvivalTable.read("lung").complete([...names, ...needed]);
  return { table, rows: lungRows(table, names) };
};

const lungRows = (table: SurvivalTable, names: readonly string[]): CoxData => ({
  time: table.number("time"),
  event: status(table, 2),
  covariates: names.map((name) => table.number(name)),
});

/** 0, 1, … in the order of the levels. */
export function codes(cells: readonly string[], levels = [...new Set(cells)].sort()): Uint32Array {
  return Uint32Array.from(cells, (cell) => levels.indexOf(cell));
}

const veteran = (): Rows => {
  const table = SurvivalTable.read("veteran");
  const cells = ["smallcell", "adeno", "large"].map((level) => table.is("celltype", level));
  const covariates = [table.number("trt"), ...cells, table.number("karno")];
  return { time: table.number("time"), event: status(table, 1), covariates };
};

/** The rows of the models that an id begins with. */
const models: Readonly<Record<string, () => Rows>> = {
  lung: () => lungOf(["age", "sex", "ph.ecog"]).rows,
  lung_two: () => lungOf(["age", "sex"]).rows,
  lung_null: () => lungOf(["age"]).rows,
  lung_robust: () => ({ ...lungOf(["age", "sex"]).rows, variance: "robust" }),
  lung_cluster_inst: () => {
    const { table, rows } = lungOf(["age", "sex"], ["inst"]);
    return { ...rows, cluster: codes(table.text("inst")) };
  },
  lung_wt_robust: () => {
    const { rows } = lungOf(["age", "sex"]);
    return { ...rows, weight: rows.covariates[0]!.map((age) => age / 60), variance: "robust" };
  },
  lung_offset: () => {
    const { table, rows } = lungOf(["sex"]);
    return { ...rows, offset: table.number("age").map((age) => age / 50) };
  },
  lung_interaction: () => {
    const { rows } = lungOf(["age", "sex"]);
    const [age, sex] = rows.covariates as [Float64Array, Float64Array];
    return { ...rows, covariates: [age, sex, age.map((value, i) => value * sex[i]!)] };
  },
  lung_strata: () => {
    const { table, rows } = lungOf(["age", "ph.karno"]);
    return { ...rows, stratum: codes(table.text("sex")), nStrata: 2 };
  },
  gbsg_strata: () => {
    const table = SurvivalTable.read("gbsg");
    const logPgr = table.number("pgr").map((value) => Math.log(value + 1));
    return {
      time: table.number("rfstime"),
      event: status(table, 1),
      covariates: [table.number("age"), table.number("nodes"), logPgr],
      stratum: codes(table.text("grade")),
      nStrata: 3,
    };
  },
  veteran,
  veteran_wt: () => {
    const table = SurvivalTable.read("veteran");
    const covariates = [table.number("trt"), table.number("karno")];
    return { ...veteran(), covariates, weight: table.number("diagtime") };
  },
  heart_lt: () => {
    const table = SurvivalTable.read("heart");
    return {
      time: table.number("stop"),
      entry: table.number("start"),
      event: status(table, 1, "event"),
      covariates: ["age", "year", "surgery", "transplant"].map((name) => table.number(name)),
    };
  },
  mgus2_age_scale: () => {
    const table = SurvivalTable.read("mgus2").complete(["hgb", "mspike"]);
    const age = table.number("age");
    const attained = table.number("futime").map((months, i) => age[i]! + Math.max(months, 0.1) / 12);
    const { time, entry } = mergeNearTies({ time: attained, entry: age });
    const covariates = [table.is("sex", "M"), table.number("hgb"), table.number("mspike")];
    return { time, entry: entry!, event: status(table, 1, "death"), covariates };
  },
  aml: () => {
    const table = SurvivalTable.read("aml");
    const covariates = [table.is("x", "Nonmaintained")];
    return { time: table.number("time"), event: status(table, 1), covariates };
  },
};

/** Inline columns: t, d, x, and z, w (weights), s (strata, or entry where the call has three columns). */
function inline({ input, r }: YardstickCase): Rows {
  const { t, d, x, z, w, s } = input!;
  const column = (cells: readonly (number | string)[]) => Float64Array.from(cells, Number);
  return {
    time: column(t!),
    event: Uint8Array.from(d!),
    covariates: [x!, ...(z ? [z] : [])].map(column),
    ...(w && { weight: column(w), variance: w.every(Number.isInteger) ? "model" : "robust" }),
    ...(s && r.includes("strata(s)") && { stratum: codes(s.map(String)), nStrata: new Set(s).size }),
    ...(s && r.includes("Surv(s,t,d)") && { entry: column(s) }),
  };
}

export function modelOf(reference: YardstickCase, name = reference.id.split(".")[0]!): CoxModel {
  const ties: CoxTies = reference.r.includes('"breslow"') ? "breslow" : "efron";
  return { ...(reference.input ? inline(reference) : models[name]!()), ties };
}
