import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ascendingOrder,
  aucAtHorizon,
  brierAtHorizon,
  concordance,
  coxRegression,
  flemingHarrington,
  ipcwSample,
  kaplanMeier,
  logRank,
  nelsonAalen,
  numbersAtRisk,
  restrictedMean,
  survivalAt,
  survivalQuantile,
} from "../src/stats/index.ts";
import { type GeneratedPatients, generatePatients, writePatients } from "./generated-patients.ts";
import { median, runChild, timings } from "./measure.ts";
import { RSession } from "./r-session.ts";

// Time-to-event kernels against R in the same run: they take turns, on the same generated patients, in no order of
// time. Beside it, and alone where R is absent, each kernel as a ratio to one Float64Array.sort of the same times,
// which takes turns too. A result that is not R's stops the run.

const n = Number(process.env.PROBITY_BENCH_ROWS ?? 1_000_000);
const rounds = 5;
const agree = 1e-6;
const horizon = 365;
type Numbers = readonly (number | ArrayLike<number>)[];

interface Kernel {
  readonly run: () => unknown;
  /** The same in bench/survival.R. */
  readonly r?: { readonly task: string; readonly toReach: number; readonly rounds: number };
  /** The numbers that R gives of it, in its order. */
  readonly result?: () => Numbers;
}

function found<T extends object>(estimate: T | { readonly notEstimable: string }): T {
  if ("notEstimable" in estimate) throw new Error(estimate.notEstimable);
  return estimate;
}

/** What all patients are used for. */
function largeKernels(patients: GeneratedPatients): Readonly<Record<string, Kernel>> {
  const { time, event, entry, group, stratum, weight, score, covariates } = patients;
  const curve = kaplanMeier(time, event);
  const two = { time, event, group, nGroups: 2 };
  const whole = weight.map(Math.round);
  const times = Float64Array.from({ length: 20 }, (_, i) => 100 * i);
  const c = (weighting: "harrell" | "uno") => found(concordance({ time, event, score, weighting }));
  const against = (task: string, toReach: number) => ({ task, toReach, rounds: 3 });
  const survivors = () => survivalAt(kaplanMeier(time, event), horizon);
  return {
    "Kaplan–Meier": {
      run: () => kaplanMeier(time, event),
      r: against("kaplan-meier", 5),
      result: () => [survivors().survival, survivors().stdError],
    },
    "log-rank, 2 groups": {
      run: () => logRank(two),
      r: against("log-rank", 5),
      result: () => [found(logRank(two)).chiSquare, found(logRank(two)).expected],
    },
    "Cox, Efron, 10 covariates": {
      run: () => coxRegression({ time, event, covariates, ties: "efron" }),
      r: against("cox", 4),
      result: () => coefficients(patients, "model"),
    },
    "Harrell's C with its error": {
      run: () => c("harrell"),
      r: against("harrell", 3),
      result: () => [c("harrell").c, c("harrell").stdError],
    },
    "Uno's C with its error": {
      run: () => c("uno"),
      r: against("uno", 3),
      result: () => [c("uno").c, c("uno").stdError],
    },
    "order of times": { run: () => ascendingOrder(time) },
    "Kaplan–Meier, whole weights": { run: () => kaplanMeier(time, event, { weight: whole }) },
    "Kaplan–Meier, delayed entry": { run: () => kaplanMeier(time, event, { entry }) },
    "Kaplan–Meier, robust weights": { run: () => kaplanMeier(time, event, { weight, variance: "robust" }) },
    "Nelson–Aalen": { run: () => nelsonAalen(time, event) },
    "Fleming–Harrington": { run: () => flemingHarrington(time, event) },
    "quantile with interval, of a curve": { run: () => survivalQuantile(curve, 0.4) },
    "restricted mean, of a curve": { run: () => restrictedMean(curve, 1000) },
    "20 numbers at risk, of a curve": { run: () => numbersAtRisk(curve, times) },
    "log-rank, rho = 1": { run: () => logRank(two, { rho: 1 }) },
    "log-rank, 5 strata": { run: () => logRank({ ...two, stratum, nStrata: 5 }) },
    "log-rank, delayed entry": { run: () => logRank({ ...two, entry }) },
  };
}

/** What a tenth of them is used for: R takes a minute or more for the robust variance. */
function smallKernels(patients: GeneratedPatients): Readonly<Record<string, Kernel>> {
  const { time, event, risk, covariates } = patients;
  const scored = () => {
    const at = { time, event, risk, horizon, sample: ipcwSample({ time, event, horizon }) };
    return { auc: found(aucAtHorizon(at)), brier: found(brierAtHorizon(at)) };
  };
  return {
    "Cox with robust variance": {
      run: () => coxRegression({ time, event, covariates, ties: "efron", variance: "robust" }),
      r: { task: "cox-robust", toReach: 100, rounds: 1 },
      result: () => coefficients(patients, "robust"),
    },
    "AUC and Brier score with errors": {
      run: scored,
      r: { task: "horizon", toReach: 10, rounds: 5 },
      result: () => {
        const { auc, brier } = scored();
        return [auc.auc, brier.brier, brier.stdError, found(brier.scaled).value];
      },
    },
  };
}

function coefficients(patients: GeneratedPatients, kind: "model" | "robust"): Numbers {
  const { time, event, covariates } = patients;
  const fit = coxRegression({ time, event, covariates, ties: "efron", variance: kind });
  return [fit.coefficients, fit.variance.map((row, j) => Math.sqrt(row[j]!))];
}

interface Line {
  readonly name: string;
  readonly ours: readonly number[];
  readonly sorts: readonly number[];
  readonly r: readonly number[];
  readonly toReach: number | undefined;
}

async function measure(name: string, kernel: Kernel, set: string, time: Float64Array): Promise<Line> {
  const { r } = kernel;
  const line = { name, ours: [] as number[], sorts: [] as number[], r: [] as number[], toReach: r?.toReach };
  for (let round = 0; round < rounds; round++) {
    line.sorts.push(...(await timings(1, () => time.slice().sort())));
    line.ours.push(...(await timings(1, kernel.run)));
    if (r === undefined || session === undefined || round >= r.rounds) continue;
    const theirs = await session.run(r.task, set);
    line.r.push(theirs.ms);
    if (round === 0) compare(name, kernel.result!(), theirs.result);
  }
  return line;
}

function compare(name: string, ours: Numbers, theirs: readonly number[]): void {
  const flat = ours.flatMap((one) => (typeof one === "number" ? [one] : Array.from(one)));
  const differs = (value: number, i: number) =>
    !(Math.abs(value - theirs[i]!) <= agree * Math.abs(theirs[i]!));
  if (flat.length !== theirs.length || flat.some(differs))
    throw new Error(`${name}: ${flat.join(" ")} here, ${theirs.join(" ")} in R`);
}

const folder = mkdtempSync(join(tmpdir(), "probity-bench-"));
const opened = await RSession.open("bench/survival.R", folder);
const session = opened instanceof RSession ? opened : undefined;
try {
  printHead();
  for (const [nRows, kernelsOf] of [
    [n, largeKernels],
    [n / 10, smallKernels],
  ] as const)
    for (const wholeDays of [false, true]) {
      const patients = generatePatients({ n: nRows, nCovariates: 10, wholeDays });
      const label = `${nRows.toLocaleString("en-US")} ${wholeDays ? "in days" : "distinct"}`;
      const set = label.replaceAll(" ", "-");
      if (session !== undefined) {
        writePatients(folder, set, patients);
        await session.load(set, nRows, 10);
      }
      for (const [name, kernel] of Object.entries(kernelsOf(patients)))
        printLine(await measure(`${name}, ${label}`, kernel, set, patients.time));
    }
  const alone = await runChild([fileURLToPath(new URL("./cox-alone.mjs", import.meta.url))]);
  const peak = `${alone.maxRssMb.toFixed(0)} MB; to reach 400`;
  write(`peak memory of a process with one Cox fit of ${n.toLocaleString("en-US")} × 10: ${peak}`);
} finally {
  await session?.close();
  rmSync(folder, { recursive: true, force: true });
}

function printHead(): void {
  write(
    opened instanceof RSession
      ? opened.versions
      : `${opened.absent}: no ratio to R, only to one Float64Array.sort of as many numbers`,
  );
  printRow("", ["median ms", "least ms", "/ sort", "R ms", "R / ours", "to reach"]);
}

function printLine({ name, ours, sorts, r, toReach }: Line): void {
  const perSort = median(ours.map((ms, i) => ms / sorts[i]!));
  const cells = [median(ours).toFixed(0), Math.min(...ours).toFixed(0), perSort.toFixed(2)];
  if (toReach !== undefined && r.length > 0) {
    const perR = median(r.map((ms, i) => ms / ours[i]!));
    cells.push(median(r).toFixed(0), perR.toFixed(1), String(toReach), perR < toReach ? "not reached" : "");
  }
  printRow(name, cells);
}

function printRow(name: string, cells: readonly string[]): void {
  write(`${name.padEnd(56)}${cells.map((cell) => cell.padStart(12)).join("")}`.trimEnd());
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
