import type { PatientReplay, PatientTiming, Replay, ReplayTiming } from "../assess/index.ts";
import { counted, formatCount } from "../evidence/format.ts";
import { printable } from "../evidence/printable.ts";
import type { ModelOutput, Protocol, Transform } from "../protocol/index.ts";
import type { StudyReplay } from "./replay-study.ts";

const nListed = 10;

type Ran = Exclude<StudyReplay, { model?: never }>;

/** "686 of 686 patients: every score met within 1e-9", and where the others differ. */
export function summaryText(found: Ran, summary: Replay): string {
  const { data, model, population } = found.protocol;
  const { nPatients, nEqual, lacking, largestDifference, tolerance, timing } = summary;
  const differing = summary.differing.filter(({ leftOut }) => leftOut === undefined);
  const [patients, predictions] = [data.patients.file, data.predictions.file];
  const { many } = data.patients.unit;
  return [
    nPatients === 0
      ? `no ${many} meet the criteria: no score was compared`
      : `${formatCount(nEqual)} of ${formatCount(nPatients)} ${many}: every score met within ${tolerance}` +
        (isNothingCompared(summary) ? "; no score was compared" : ""),
    `model       ${model.name}@${model.version}, ${model.executable}`,
    ...runText(found),
    `scores      ${model.outputs.map(({ name }) => name).join(", ")} of ${predictions}`,
    `patients    ${patients}${population.length > 0 ? ", those who meet the criteria" : ""}`,
    `known at    ${knownAtText(found, timing)}`,
    ...leftOutLines(timing, found.protocol),
    `largest     difference ${largestDifference ?? "not computed"}`,
    ...lacking.map(
      ({ variable, n }) =>
        `empty       ${unitsText(found.protocol, n)} ${n === 1 ? "lacks" : "lack"} ${labelOf(data, variable)}; the model ` +
        `gives no score there, ${predictions} does`,
    ),
    ...differing
      .slice(0, nListed)
      .map(
        ({ sourceLine, predictionLine, output, given, recomputed, lacks }) =>
          `differs     ${patients}:${sourceLine} ${output}: recomputed ${numberText(recomputed)}` +
          `${lacks.length > 0 ? ` (${lacks.join(", ")} empty)` : ""}, ` +
          `${predictions}:${numberText(predictionLine)} has ${numberText(given)}`,
      ),
    ...(differing.length > nListed
      ? [`            ${formatCount(differing.length - nListed)} more scores differ`]
      : []),
    "",
  ].join("\n");
}

function labelOf({ variables }: Protocol["data"], name: string): string {
  return variables.find((variable) => variable.name === name)!.label;
}

/** Every term of the linear predictor, or every value that a command was sent; then each score beside the file's. */
export function patientText(found: Ran, replayed: PatientReplay): string {
  const { data } = found.protocol;
  const { key, patient, prediction, outputs, timing } = replayed;
  const withheld = timing && withheldText(timing);
  const lines = [
    `${data.patients.unit.one} ${key}  ${patient.file}:${patient.line}  ${patient.text}`,
    `known at    ${timing ? patientTimingText(timing) : knownAtText(found)}`,
    ...runText(found),
    ...stepLines(replayed),
    ...outputs.map(
      ({ name, horizon, model, recomputed, given, isMet }) =>
        `score       ${name} (${horizon})  ${model ? outputText(model) : "the command"} = ${numberText(recomputed)}; ` +
        `${prediction ? `${prediction.file}:${prediction.line}` : data.predictions.file} has ${numberText(given)}: ` +
        `${isMet ? "met" : (withheld ?? "DIFFERS")}`,
    ),
  ];
  // A line end within a cell makes no line of the answer.
  return `${lines.map(printable).join("\n")}\n`;
}

/** A score recomputed without inputs is compared with nothing. */
function withheldText({ placement }: PatientTiming): string | undefined {
  if (placement === "in time") return undefined;
  return `withheld: ${placement === "late" ? "known late" : `untimed, ${placement}`}`;
}

function isNothingCompared({ nPatients, timing }: Replay): boolean {
  return timing?.leftOut.length === nPatients;
}

function stepLines(replayed: PatientReplay): readonly string[] {
  const { file, line } = replayed.patient;
  if ("values" in replayed) {
    return replayed.values.map(
      ({ variable, cell, sent }) =>
        `sent        ${variable} "${cell}" (${file}:${line})  as ${JSON.stringify(sent)}`,
    );
  }
  return [
    ...replayed.terms.map(
      ({ term, cell, value, product }) =>
        `term        ${term.variable} "${cell}" (${file}:${line})  ` +
        `${transformText(term.transform)} = ${numberText(value)}  × ${term.coefficient} = ${numberText(product)}`,
    ),
    `sum         ${numberText(replayed.linearPredictor)}`,
  ];
}

/** How a command was run; nothing for a formula. */
function runText(found: Ran): readonly string[] {
  if (found.model.kind !== "command") return [];
  const { errorBytes = 0 } = "summary" in found ? found.summary : (found.patient as { errorBytes?: number });
  const network = found.state === "command with network" ? "RUN WITH NETWORK" : "run without network";
  const noise = `error stream of ${formatCount(errorBytes)} bytes not shown: it may hold patients' values`;
  return [
    `command     ${found.model.command.join(" ")}  (in ${found.model.folder}), ${network}`,
    ...(errorBytes > 0 ? [`            ${noise}`] : []),
  ];
}

/** What is known of the time at which the inputs were known; a replay cannot say more than the data. */
export function knownAtText({ protocol, times }: StudyReplay, timing?: ReplayTiming): string {
  if (times === undefined)
    return `no value says when it became known; replayed as if all were known at ${protocol.data.predictions.predictedAt}`;
  if ("notCompared" in times)
    return `column ${times.knownAt} is not compared: ${times.notCompared}; replayed as the file has the values`;
  const columns = `column ${times.knownAt} against ${times.predictedAt}`;
  if (timing === undefined) return columns;
  const { nInTime, nLate, nUntimed } = timing;
  const n = nInTime + nLate + nUntimed;
  return (
    `${columns}: ${formatCount(nInTime)} of ${unitsText(protocol, n)} in time, ${formatCount(nLate)} late, ` +
    `${formatCount(nUntimed)} untimed`
  );
}

/** "1 patient", "12 visits" */
function unitsText({ data }: Protocol, n: number): string {
  const { one, many } = data.patients.unit;
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** Who was replayed without inputs, and why. */
function leftOutLines(timing: ReplayTiming | undefined, protocol: Protocol): readonly string[] {
  if (timing === undefined || timing.leftOut.length === 0) return [];
  const { leftOut } = timing;
  const n = leftOut.length;
  const { file } = protocol.data.patients;
  return [
    `left out    inputs of ${unitsText(protocol, n)}, not shown to be known at the prediction: no score of ` +
      `${n === 1 ? "this one" : "theirs"} is met`,
    ...leftOut
      .slice(0, nListed)
      .map(({ sourceLine, placement }) => `            ${file}:${sourceLine} ${placement}`),
    ...(n > nListed ? [`            ${formatCount(n - nListed)} more`] : []),
  ];
}

function patientTimingText({ knownAt, predictedAt, placement }: PatientTiming): string {
  const cells = `${knownAt.column} "${knownAt.cell}", ${predictedAt.column} "${predictedAt.cell}": ${placement}`;
  return placement === "in time" ? cells : `${cells}; replayed without inputs`;
}

function numberText(value: number): string {
  return Number.isNaN(value) ? "none" : String(value);
}

function transformText(transform: Transform): string {
  switch (transform.kind) {
    case "identity":
      return "as it is";
    case "interval":
      return `${transform.above} < x ≤ ${transform.upTo}`;
    case "above":
      return `x > ${transform.above}`;
    case "equals":
      return `x is ${transform.level}`;
    case "winsorised":
      return `min(x, ${transform.at})`;
    case "log":
      return `ln(x + ${transform.plus})`;
    case "spline": {
      const { knots, term, winsorisedAt } = transform;
      const x = winsorisedAt === null ? "x" : `min(x, ${winsorisedAt})`;
      return `spline term ${term} of ${x}, knots ${knots.join(", ")}`;
    }
  }
}

function outputText(output: ModelOutput): string {
  if (output.kind === "cox") return `1 − exp(−${output.baselineCumulativeHazard} · exp(sum))`;
  if (output.kind === "logistic") return `1 / (1 + exp(−(${output.intercept} + sum)))`;
  return `the table's risk at this sum, ${counted(output.table.length, "row")}`;
}
