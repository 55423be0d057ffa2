import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { wilson } from "../src/stats/proportion.ts";
import { Pool } from "../src/work/pool.ts";
import type { BarnardSetting } from "./barnard.ts";
import type { ClusteredResult } from "./clustered-audits.ts";
import { type Cell, type CellResult, type Rates, sharesOf, shiftedBy } from "./fairness-audits.ts";
import { type ClusteredRow, type ErrorRow, fairnessPage, type PowerRow } from "./fairness-page.ts";

const nAudits = 4000;
const errorRate = 0.05;
/** The upper limit of Wilson's 95 % interval of an error rate may not be above this. */
const mostUpper = 0.06;
/** The power may be so much below Barnard's. */
const mostLoss = 0.05;
/** Beyond the margin, where the power is looked at. */
const farther = 0.15;
const margins = [0.05, 0.1];
const sizes = [
  [5000, 1500, 600, 250],
  [20000, 6000, 2400, 1000],
];
const bases: readonly Rates[] = [
  { prevalence: 0.07, sensitivity: 0.33, falsePositiveRate: 0.17 },
  { prevalence: 0.2, sensitivity: 0.7, falsePositiveRate: 0.2 },
];
/** Three groups against the first, four measures: the level of Holm's first comparison is the error rate over these. */
const nComparisons = 12;

const settings = sizes.flatMap((groups) =>
  bases.flatMap((base) => margins.map((margin) => ({ sizes: groups, base, margin }))),
);
const cell = (setting: (typeof settings)[number], shift: number, shifted: Cell["shifted"]) => ({
  ...setting,
  shift,
  shifted,
  nAudits,
});
const seeded = <Task>(tasks: readonly Task[], from: number) =>
  tasks.map((task, k) => ({ ...task, seed: from + k }));
const errorCells = seeded(
  settings.flatMap((setting) => [0, setting.margin].map((shift) => cell(setting, shift, "all"))),
  1000,
);
const powerCells = seeded(
  settings.map((setting) => cell(setting, setting.margin + farther, "in turn")),
  2000,
);
const clusteredCells = seeded(
  bases.flatMap((base) =>
    [0, margins[0]!].map((shift) => cell({ sizes: sizes[0]!, base, margin: margins[0]! }, shift, "all")),
  ),
  3000,
);

function errorRow(task: Cell, result: CellResult): ErrorRow {
  return {
    ...described(task),
    difference: task.shift,
    falseBeyond: result.falseBeyond / nAudits,
    upperBeyond: wilson(result.falseBeyond, nAudits, 0.95).upper,
    falseWithin: result.falseWithin / nAudits,
    upperWithin: wilson(result.falseWithin, nAudits, 0.95).upper,
    notEnough: result.notEnough / result.nComparisons,
    pointRule: result.pointRule / nAudits,
  };
}

function described({ sizes: groups, base, margin }: Pick<Cell, "sizes" | "base" | "margin">) {
  return { sizes: groups.join("/"), prevalence: base.prevalence, margin };
}

const auditedPowers = ["sensitivity", "falsePositiveRate", "selectionRate"] as const;

/** The pairs whose power is compared: bases are those expected in each group. */
function pairsOf(task: Cell, result: CellResult) {
  const other = shiftedBy(task.base, task.shift);
  return auditedPowers.flatMap((measure) =>
    task.sizes.slice(1).map((size, i) => {
      const base = (n: number) =>
        Math.round(
          measure === "selectionRate"
            ? n
            : n * (measure === "sensitivity" ? task.base.prevalence : 1 - task.base.prevalence),
        );
      const barnard: BarnardSetting = {
        n1: base(task.sizes[0]!),
        n2: base(size),
        margin: task.margin,
        level: errorRate / nComparisons,
        p1: sharesOf(task.base)[measure],
        p2: sharesOf(other)[measure],
      };
      const power = result.found[measure][i + 1]! / result.nShifted[i + 1]!;
      return { task, measure, size, power, barnard };
    }),
  );
}

const pool = new Pool(new URL("./fairness-tasks.mjs", import.meta.url), availableParallelism());
try {
  const onDone = (what: string, of: number) => (n: number) =>
    process.stderr.write(`${what}: ${n} of ${of}\n`);
  const run = <Answer>(name: string, tasks: readonly object[]) =>
    pool.map<Answer>(name, tasks, { onDone: onDone(name, tasks.length) });
  const errors = await run<CellResult>("runCell", errorCells);
  const powers = await run<CellResult>("runCell", powerCells);
  const clustered = await run<ClusteredResult>("runClusteredCell", clusteredCells);
  const pairs = powerCells.flatMap((task, k) => pairsOf(task, powers[k]!));
  const yardsticks = await run<number>(
    "barnardPower",
    pairs.flatMap(({ barnard }) => [barnard, { ...barnard, margin: 0 }]),
  );
  const errorRows = errorCells.map((task, k) => errorRow(task, errors[k]!));
  const powerRows = pairs.map(({ task, measure, size, power, barnard }, k): PowerRow => {
    const [toMargin, toZero] = [yardsticks[2 * k]!, yardsticks[2 * k + 1]!];
    return {
      ...described(task),
      measure,
      pair: `${barnard.n1} and ${barnard.n2}`,
      size,
      power,
      barnard: toMargin,
      ofZero: toZero,
    };
  });
  const clusteredRows = clusteredCells.map(
    (task, k): ClusteredRow => ({
      ...described(task),
      difference: task.shift,
      falseBeyond: clustered[k]!.falseBeyond / nAudits,
      upperBeyond: wilson(clustered[k]!.falseBeyond, nAudits, 0.95).upper,
      naive: clustered[k]!.naive / nAudits,
    }),
  );
  const misses = [
    ...errorRows.flatMap((row) =>
      row.falseBeyond > errorRate ||
      row.upperBeyond > mostUpper ||
      row.falseWithin > errorRate ||
      row.upperWithin > mostUpper
        ? [`error of ${row.sizes}, prevalence ${row.prevalence}, margin ${row.margin}`]
        : [],
    ),
    ...clusteredRows.flatMap((row) =>
      row.falseBeyond > errorRate || row.upperBeyond > mostUpper
        ? [`error of clustered ${row.sizes}, prevalence ${row.prevalence}, margin ${row.margin}`]
        : [],
    ),
    ...powerRows.flatMap((row) =>
      row.power < row.barnard - mostLoss
        ? [`power of ${row.measure}, ${row.pair}, margin ${row.margin}`]
        : [],
    ),
  ];
  const page = fairnessPage({ nAudits, errorRows, powerRows, clusteredRows, misses });
  writeFileSync("docs/fairness-benchmark.md", page);
  process.stdout.write(page);
  for (const miss of misses) process.stderr.write(`bar missed: ${miss}\n`);
  if (misses.length > 0) process.exitCode = 1;
} finally {
  await pool.close();
}
