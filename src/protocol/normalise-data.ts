import { counted } from "../evidence/format.ts";
import type { ValueType } from "./expression-tree.ts";
import { given, type KnownColumns, type Normalising } from "./normalising.ts";
import type {
  Data,
  Development,
  DevelopmentVariable,
  Level,
  Treatment,
  TreatmentGiven,
  Variable,
} from "./protocol.ts";
import type { ProtocolInput } from "./schema.ts";
import { type Period, parsePeriod } from "./units.ts";
import type { Path } from "./yaml-source.ts";

const keepOne = "keep one of them";
export const lowFirst = "write the low end first";

type VariableInput = ProtocolInput["data"]["variables"][string];
type DevelopmentInput = NonNullable<ProtocolInput["data"]["development"]>;

/** The tables and their columns, with every name checked against those declared. */
export function normaliseData(work: Normalising): Data {
  const { data } = work.input;
  const variables = Object.entries(data.variables).map(([name, input]) => variable(work, name, input));
  const dates = variables.filter(({ type }) => type === "date").map(({ name }) => name);
  const { kind, from, known_at: knownAt } = data.times;
  if (kind === "dates") work.mustBeDeclared(["data", "times", "from"], from, "date variable", dates);
  const times = variables.filter(holdsTimes).map(({ name }) => name);
  if (knownAt !== "none")
    work.mustBeDeclared(["data", "times", "known_at"], knownAt, "variable of dates or times", times);
  const birthDate = data.birth_date;
  if (birthDate !== undefined) work.mustBeDeclared(["data", "birth_date"], birthDate, "date variable", dates);
  const { file, key, predicted_at: predictedAt } = data.predictions;
  work.mustBeDeclared(["data", "predictions", "predicted_at"], predictedAt, "moment", [from, ...times]);
  return given({
    patients: patients(work),
    predictions: { file, key, predictedAt },
    development: data.development ? development(work, data.development, variables) : null,
    variables,
    treatments: treatments(work, variables),
    times: { kind, from, knownAt: knownAt === "none" ? null : knownAt },
    cut: data.cut,
    source: {
      ...data.source,
      recruited: periodAt(work, ["data", "source", "recruited"], data.source.recruited),
    },
    birthDate,
  });
}

function patients(work: Normalising): Data["patients"] {
  const { file, key, patient, unit } = work.input.data.patients;
  if (unit !== undefined && patient === undefined)
    work.contradiction(
      ["data", "patients", "unit"],
      `a row is called "${unit}", and no column says whose it is`,
      "name the column in data.patients.patient, or remove unit: a row is a patient",
    );
  const one = unit ?? (patient === undefined ? "patient" : "row");
  return given({ file, key, patient, unit: { one, many: plural(one) } });
}

/** "encounter" → "encounters", "biopsy" → "biopsies", "mass" → "masses". */
function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** A variable in which moments can stand: dates, or text that is read as dates and times where they are compared. */
export function holdsTimes({ type, levels }: Pick<Variable, "type" | "levels">): boolean {
  return type === "date" || (type === "text" && levels === undefined);
}

/** The columns that an expression may name: variables, follow-up time, key, and whose row it is. */
export function knownColumns(work: Normalising, { variables, patients }: Data): KnownColumns {
  const column = work.input.endpoint.time?.column;
  const columns: Record<string, ValueType> = Object.create(null);
  const levels: Record<string, Level["code"][]> = Object.create(null);
  for (const { name, type, levels: declared } of variables) {
    columns[name] = type;
    if (declared) levels[name] = declared.map(({ code }) => code);
  }
  if (column !== undefined && Object.hasOwn(columns, column)) {
    work.contradiction(
      ["data", "variables", column],
      `"${column}" is declared in endpoint.time`,
      "remove it here",
    );
  }
  if (Object.hasOwn(columns, patients.key) || patients.key === column) {
    const hint = "take it out of data.variables and endpoint.time, or name the key's own column";
    work.contradiction(
      ["data", "patients", "key"],
      `the key "${patients.key}" has another meaning, too`,
      hint,
    );
  }
  const { patient } = patients;
  if (patient !== undefined && column !== undefined) {
    const message = `several rows of a patient, by "${patient}", beside a time to the event`;
    const hint = "give one row a patient, or leave out endpoint.time where the event is known of every row";
    work.contradiction(["data", "patients", "patient"], message, hint);
  }
  if (patient !== undefined && (Object.hasOwn(columns, patient) || patient === patients.key)) {
    const hint = "take it out of data.variables, or name the column that says whose row it is";
    work.contradiction(
      ["data", "patients", "patient"],
      `the column "${patient}" has another meaning, too`,
      hint,
    );
  }
  if (column !== undefined) columns[column] = "duration";
  columns[patients.key] = "text";
  if (patient !== undefined) columns[patient] = "text";
  return { types: columns, levels };
}

/** A period that ends after it begins and not after the day of the decision. */
export function periodAt(work: Normalising, path: Path, text: string): Period {
  const period = parsePeriod(text)!;
  if (period.from > period.to)
    work.contradiction(path, `${text} ends before it begins`, "write the earlier end first");
  else if (period.from > work.input.decision_date) {
    const message = `${text} begins after the decision date, ${work.input.decision_date}`;
    work.contradiction(path, message, "correct the period or decision_date");
  }
  return period;
}

function variable(work: Normalising, name: string, input: VariableInput): Variable {
  const path = ["data", "variables", name];
  const levels = input.levels === undefined ? undefined : levelsOf(work, path, input.levels);
  const codeTypes = new Set(levels?.map(({ code }) => typeof code));
  if (codeTypes.size > 1) {
    const hint = "quote all codes, or none";
    work.contradiction([...path, "levels"], "codes are numbers and text mixed", hint);
  }
  const levelType = codeTypes.has("string") ? "text" : levels ? "number" : undefined;
  const type = input.type ?? levelType ?? (input.unit === undefined ? undefined : "number");
  if (!type) work.contradiction(path, `"${name}" says neither unit, levels nor type`, "add one of them");
  if (levelType && type !== levelType) {
    const hint = "leave the type out: the levels say it";
    work.contradiction([...path, "type"], `the type is ${type}, the levels are ${levelType}`, hint);
  }
  const isNumber = type === "number";
  if (input.unit !== undefined && !isNumber) {
    work.contradiction([...path, "unit"], `a ${type} has no unit`, "remove the unit");
  }
  if (input.plausible && !isNumber)
    work.contradiction([...path, "plausible"], `a ${type} has no plausible range`, "remove the range");
  if (input.plausible && input.plausible[0] > input.plausible[1]) {
    work.contradiction([...path, "plausible"], "the low end is above the high end", lowFirst);
  }
  const { label = name, unit, plausible } = input;
  return given({ name, label, type: type ?? "number", unit, plausible, levels });
}

function levelsOf(work: Normalising, path: Path, input: NonNullable<VariableInput["levels"]>): Level[] {
  if (Array.isArray(input)) {
    const repeated = input.findIndex((code, index) => input.indexOf(code) < index);
    if (repeated >= 0)
      work.contradiction([...path, "levels", repeated], `level ${input[repeated]} stands twice`, keepOne);
    return input.map((code) => ({ code, label: String(code) }));
  }
  const entries = Object.entries(input);
  const areNumbers = entries.every(([code]) => /^-?\d+(\.\d+)?$/.test(code));
  return entries.map(([code, label]) => ({ code: areNumbers ? Number(code) : code, label }));
}

function development(
  work: Normalising,
  input: DevelopmentInput,
  variables: readonly Variable[],
): Development {
  const names = variables.map(({ name }) => name);
  const differing = input.variables ?? {};
  for (const name of Object.keys(differing)) {
    work.mustBeDeclared(["data", "development", "variables", name], name, "variable", names);
  }
  return {
    file: input.file,
    key: input.key,
    variables: variables.map((variable) => developmentVariable(work, variable, differing[variable.name])),
  };
}

type Differing = NonNullable<DevelopmentInput["variables"]>[string];

function developmentVariable(
  work: Normalising,
  { name, type }: Variable,
  input: Differing | undefined,
): DevelopmentVariable {
  const path = ["data", "development", "variables", name];
  if (input === "absent") {
    if (work.input.model.predictors.includes(name)) {
      const message = `the model uses "${name}", so its development table cannot lack it`;
      work.contradiction(path, message, "name its column there, or take it out of model.predictors");
    }
    return { variable: name, kind: "absent" };
  }
  if (input === undefined || typeof input === "string")
    return { variable: name, kind: "same", column: input ?? name };
  const { classes, upper_limits: limits } = input;
  if (type !== "number")
    work.contradiction(
      path,
      `classes stand for ranges of a number, "${name}" is a ${type}`,
      "name its column there, or write absent",
    );
  if (classes.length !== limits.length + 1) {
    const message = `${classes.length} classes need ${counted(classes.length - 1, "upper limit")}, got ${limits.length}`;
    work.contradiction([...path, "upper_limits"], message, "the last class is open and has no limit");
  }
  mustAscend(work, [...path, "upper_limits"], limits);
  return { variable: name, kind: "classes", column: input.column ?? name, classes, limits };
}

export function mustAscend(work: Normalising, path: Path, numbers: readonly number[]): void {
  const wrong = numbers.findIndex((number, index) => index > 0 && number <= numbers[index - 1]!);
  if (wrong >= 0)
    work.contradiction(
      [...path, wrong],
      `${numbers[wrong]} does not exceed ${numbers[wrong - 1]}`,
      "write them from low to high, each once",
    );
}

function treatments(work: Normalising, variables: readonly Variable[]): Treatment[] {
  const { data } = work.input;
  const names = variables.map(({ name }) => name);
  return Object.entries(data.treatments ?? {}).map(([name, input]) => {
    const { label = name, study, development: developed } = input;
    const path = ["data", "treatments", name];
    const inStudy = treatmentGiven(study);
    if (inStudy.kind === "column") work.mustBeDeclared([...path, "study"], study, "variable", names);
    if (developed !== undefined && !data.development) {
      const hint = "remove it, or declare the table in data.development";
      work.contradiction([...path, "development"], "no development table is declared", hint);
    }
    const inDevelopment = developed === undefined ? null : treatmentGiven(developed);
    return { name, label, study: inStudy, development: inDevelopment };
  });
}

function treatmentGiven(text: string): TreatmentGiven {
  return text === "all" || text === "none" ? { kind: text } : { kind: "column", column: text };
}
