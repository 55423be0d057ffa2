import {
  ascendingOrder,
  flemingHarrington,
  kaplanMeier,
  logRank,
  nelsonAalen,
  numbersAtRisk,
  restrictedMean,
  seededRandom,
  survivalQuantile,
} from "../src/stats/index.ts";
import { median, timings } from "./measure.ts";

// Survival curves and the log-rank test of 1,000,000 patients in no order of time, as a ratio to one
// Float64Array.sort of the same times. Kernel and sort take turns, so that other work on the machine slows both.

const n = 1_000_000;
const rounds = 5;
const random = seededRandom(20261121);

/** Exponential event times, uniform censoring, two groups, five strata. */
function patients(round: (time: number) => number) {
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const eventAt = -1500 * Math.log1p(-random.next());
    const censoredAt = 2500 * random.next();
    time[i] = round(Math.min(eventAt, censoredAt));
    event[i] = eventAt <= censoredAt ? 1 : 0;
  }
  return { time, event };
}

const group = Uint32Array.from({ length: n }, () => random.integer(2));
const stratum = Uint32Array.from({ length: n }, () => random.integer(5));
const weight = Float64Array.from({ length: n }, () => 0.5 + random.next());
const whole = weight.map(Math.round);

interface Line {
  readonly name: string;
  readonly ms: number;
  readonly least: number;
  readonly ratio: number;
}

async function measure(name: string, time: Float64Array, kernel: () => unknown): Promise<Line> {
  const kernels: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [sort, own] = [await timings(1, () => time.slice().sort()), await timings(1, kernel)];
    kernels.push(own[0]!);
    ratios.push(own[0]! / sort[0]!);
  }
  return { name, ms: median(kernels), least: Math.min(...kernels), ratio: median(ratios) };
}

const lines: Line[] = [];
for (const [label, round] of [
  ["all times distinct", (time: number) => time],
  ["whole days", (time: number) => Math.ceil(time)],
] as const) {
  const { time, event } = patients(round);
  const entry = time.map((t) => t - 1 - 200 * random.next());
  const curve = kaplanMeier(time, event);
  const times = Float64Array.from({ length: 20 }, (_, i) => 100 * i);
  const two = { time, event, group, nGroups: 2 };
  const kernels: Readonly<Record<string, () => unknown>> = {
    "order of times": () => ascendingOrder(time),
    "Kaplan–Meier": () => kaplanMeier(time, event),
    "Kaplan–Meier, whole weights": () => kaplanMeier(time, event, { weight: whole }),
    "Kaplan–Meier, delayed entry": () => kaplanMeier(time, event, { entry }),
    "Kaplan–Meier, robust weights": () => kaplanMeier(time, event, { weight, variance: "robust" }),
    "Nelson–Aalen": () => nelsonAalen(time, event),
    "Fleming–Harrington": () => flemingHarrington(time, event),
    "quantile with interval, of a curve": () => survivalQuantile(curve, 0.4),
    "restricted mean, of a curve": () => restrictedMean(curve, 1000),
    "20 numbers at risk, of a curve": () => numbersAtRisk(curve, times),
    "log-rank, 2 groups": () => logRank(two),
    "log-rank, rho = 1": () => logRank(two, { rho: 1 }),
    "log-rank, 5 strata": () => logRank({ ...two, stratum, nStrata: 5 }),
    "log-rank, delayed entry": () => logRank({ ...two, entry }),
  };
  for (const [name, kernel] of Object.entries(kernels))
    lines.push(await measure(`${name}, ${label}`, time, kernel));
}
process.stdout.write(`${"".padEnd(56)}median ms  least ms  / Float64Array.sort\n`);
for (const { name, ms, least, ratio } of lines)
  process.stdout.write(
    `${name.padEnd(56)}${ms.toFixed(0).padStart(9)}${least.toFixed(0).padStart(10)}${ratio.toFixed(2).padStart(10)}\n`,
  );
