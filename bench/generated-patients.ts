import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ascendingOrder, seededRandom } from "../src/stats/index.ts";

/** Columns of generated patients in no order of time; about half have the event. */
export interface GeneratedPatients {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly entry: Float64Array;
  readonly group: Uint32Array;
  readonly stratum: Uint32Array;
  readonly weight: Float64Array;
  readonly score: Float64Array;
  readonly risk: Float64Array;
  readonly covariates: readonly Float64Array[];
}

/**
 * Covariates uniform on −1 to 1, exponential event times with their hazard ratios, uniform censoring, all from one
 * seed. `score` is the linear predictor, `risk` its risk of the event within a year; times are as drawn, all of them
 * distinct, or rounded up to whole days.
 */
export function generatePatients(options: {
  readonly n: number;
  readonly nCovariates: number;
  readonly wholeDays: boolean;
}): GeneratedPatients {
  const { n, nCovariates, wholeDays } = options;
  const random = seededRandom(20_261_121);
  const covariates = Array.from({ length: nCovariates }, () =>
    Float64Array.from({ length: n }, () => 2 * random.next() - 1),
  );
  const score = new Float64Array(n);
  covariates.forEach((column, j) => {
    for (let i = 0; i < n; i++) score[i]! += ((j % 3) - 1) * 0.3 * column[i]!;
  });
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const eventAt = (-1500 * Math.log1p(-random.next())) / Math.exp(score[i]!);
    const censoredAt = 2500 * random.next();
    const until = Math.min(eventAt, censoredAt);
    time[i] = wholeDays ? Math.ceil(until) : until;
    event[i] = eventAt <= censoredAt ? 1 : 0;
  }
  if (!wholeDays) spread(time);
  return {
    time,
    event,
    entry: time.map((until) => until - 1 - 200 * random.next()),
    group: Uint32Array.from({ length: n }, () => random.integer(2)),
    stratum: Uint32Array.from({ length: n }, () => random.integer(5)),
    weight: Float64Array.from({ length: n }, () => 0.5 + random.next()),
    score,
    risk: score.map((value) => -Math.expm1((-365 / 1500) * Math.exp(value))),
    covariates,
  };
}

/** R takes times for equal that are closer than about 1e-5 days here, so each is put 1e-4 after the one before. */
function spread(time: Float64Array): void {
  let before = -Infinity;
  for (const row of ascendingOrder(time)) {
    time[row] = Math.max(time[row]!, before + 1e-4);
    before = time[row]!;
  }
}

/** Each column as 8-byte numbers, one after the other in one file, which bench/survival.R reads. */
export function writePatients(folder: string, name: string, patients: GeneratedPatients): void {
  const { time, event, group, score, risk, covariates } = patients;
  const columns = [time, event, group, score, risk, ...covariates];
  const all = new Float64Array(columns.length * time.length);
  columns.forEach((column, j) => {
    all.set(column, j * time.length);
  });
  writeFileSync(join(folder, name), new Uint8Array(all.buffer));
}
