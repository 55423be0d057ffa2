import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluated } from "../study/evaluate.ts";
import { temporaryFolder } from "../study/study-copy.ts";
import { binaryTruth } from "./binary-truth.ts";
import { exposed } from "./exposed.ts";
import { type RandomBinary, usdPerFalseFlag, writeRandomBinary } from "./random-binary.ts";
import { claimedValues } from "./random-study.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

async function evaluate(study: RandomBinary) {
  const dir = join(folder.path, `study-${study.seed}`);
  const { visits, charts } = writeRandomBinary(dir, study);
  const { team, committee } = await evaluated(dir, `${dir}-out`, { draws: 0 });
  return { team, committee, counts: binaryTruth(visits, charts) };
}

const protocol = { usdPerFalseFlag, claims: claimedValues, minimumCell: 11 };
const base = { minimumCell: 11, eventRate: 0.3, faults: 0.2 };

const studies: readonly RandomBinary[] = [
  { ...base, seed: 1, n: 120, charts: 40 },
  { ...base, seed: 2, n: 250, charts: 120, eventRate: 0.45 },
  { ...base, seed: 3, n: 400, charts: 300, faults: 0.1 },
  { ...base, seed: 4, n: 700, charts: 300, eventRate: 0.15 },
  { ...base, seed: 5, n: 1500, charts: 800 },
  { ...base, seed: 6, n: 3000, charts: 2000, faults: 0.05 },
];

test.each(studies)(
  "no small count follows from comparisons, claims and charts: $n visits, $charts charts, seed $seed",
  async (study) => {
    const { committee, counts } = await evaluate(study);
    expect(exposed(committee, counts, protocol)).toEqual([]);
  },
);

const rooms = [
  /^fairness\.(sensitivity|flagged)@/,
  /^performance\.slice-/,
  /^claims\./,
  /^extraction\./,
  /^matching\./,
];

test("of large tables the committee reads each kind of number", async () => {
  const { committee } = await evaluate({ ...base, seed: 21, n: 6000, charts: 6000 });
  for (const room of rooms) {
    const shown = committee.estimates.filter((one) => room.test(one.id) && !("hidden" in one));
    expect(shown.length, String(room)).toBeGreaterThan(0);
  }
});

test("the attacker finds small counts of visits and of charts where nothing is hidden", async () => {
  const { team, counts } = await evaluate({ ...base, seed: 2, n: 250, charts: 120, minimumCell: 1 });
  const found = exposed(team, counts, protocol);
  expect(found.filter((one) => /^(age|sex|ward)/.test(one)).length).toBeGreaterThan(10);
  expect(found.filter((one) => one.startsWith("extraction:")).length).toBeGreaterThan(3);
  expect(found.filter((one) => one.startsWith("matching:")).length).toBeGreaterThan(10);
});
