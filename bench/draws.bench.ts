import { bootstrapDraws } from "../src/assess/performance/bootstrap-draws.ts";
import { ascendingOrder, seededRandom } from "../src/stats/index.ts";
import { median, timings } from "./measure.ts";

// Bootstrap draws of a binary cohort whose patients have several rows: lowess curve, ICI, E50, E90, and the decision
// curve of each. Processor time of a draw, and its ratio to one sort of as many numbers.
const n = Number(process.env.PROBITY_BENCH_ROWS ?? 99_340);
const nDraws = 200;
const perTask = 10;
const random = seededRandom(20_261_122);
const nPatients = Math.ceil(0.7 * n);
const patient = Uint32Array.from({ length: n }, (_, row) =>
  row < nPatients ? row : random.integer(nPatients),
);
// Most risks are small, a few are large.
const risk = Float64Array.from({ length: n }, () => 0.02 + 0.9 * random.next() ** 6);
const event = Uint8Array.from(risk, (r) => +(random.next() < 0.8 * r));
const task = {
  cohort: { kind: "binary" as const, n, event, patient },
  risk,
  byRisk: ascendingOrder(risk),
  grid: Float64Array.from({ length: 101 }, (_, k) => 0.02 + 0.009 * k),
  thresholds: Float64Array.from({ length: 51 }, (_, k) => 0.01 * k),
  seed: 1,
  stream: 0,
  nStreams: 1,
  nDraws,
};

const sorts = await timings(5, () => risk.slice().sort());
const sort = median(sorts);
bootstrapDraws({ ...task, from: 0, to: perTask });
const before = process.cpuUsage();
let nSmooth = 0;
for (let from = 0; from < nDraws; from += perTask)
  nSmooth += bootstrapDraws({ ...task, from, to: from + perTask }).filter(({ smooth }) => smooth).length;
const { user, system } = process.cpuUsage(before);
const each = (user + system) / 1000 / nDraws;
process.stdout.write(`${n} rows of ${nPatients} patients, ${nDraws} draws, ${nSmooth} with a curve
one sort                   ${sort.toFixed(1)} ms
one draw, processor time   ${each.toFixed(1)} ms = ${(each / sort).toFixed(2)} × the sort
`);
