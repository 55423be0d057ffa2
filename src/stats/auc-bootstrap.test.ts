import fc from "fast-check";
import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { aucBootstrapInterval, aucDraws } from "./auc-bootstrap.ts";
import { clusterResampler, resample } from "./bootstrap.ts";
import { aucDeLong } from "./delong.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const row = fc.record({
  score: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ noNaN: true })),
  event: fc.integer({ min: 0, max: 1 }),
  cluster: fc.integer({ min: 0, max: 9 }),
});

/** Every pair of a case and a control. */
function pairwise(rows: Uint32Array, score: Float64Array, event: Uint8Array): number {
  let [wins, pairs] = [0, 0];
  for (const i of rows)
    for (const j of rows) {
      if (event[i] !== 1 || event[j] !== 0) continue;
      pairs++;
      wins += score[i]! > score[j]! ? 1 : score[i] === score[j] ? 0.5 : 0;
    }
  return wins / pairs;
}

test("a draw is the AUC of the rows or clusters written out", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.nat(), fc.boolean(), (rows, seed, isClustered) => {
      const score = Float64Array.from(rows, (each) => each.score);
      const event = Uint8Array.from(rows, (each) => each.event);
      const cluster = Uint32Array.from(rows, (each) => each.cluster);
      const draws = aucDraws({ score, event, ...(isClustered ? { cluster } : {}) });
      if (isNotEstimable(draws)) return;
      const written = isClustered
        ? clusterResampler(cluster)(seededRandom(seed))
        : resample(rows.length, seededRandom(seed));
      // Wins and pairs are whole numbers and halves, so both quotients are rounded once.
      expect(draws.draw(seededRandom(seed))).toBe(pairwise(written, score, event));
    }),
    { numRuns: 500 },
  );
});

test("the draws spread as DeLong's standard error, and their percentiles lie near his interval", () => {
  const random = seededRandom(11);
  const score = Float64Array.from({ length: 2000 }, () => random.next());
  const event = Uint8Array.from(score, (s) => +(random.next() < s * s));
  const draws = aucDraws({ score, event });
  const exact = aucDeLong(score, event, 0.95);
  if (isNotEstimable(draws) || isNotEstimable(exact)) throw new Error("estimable");
  expect(draws.auc).toBe(exact.auc);
  expect(draws.nUnits).toBe(2000);
  const drawn = Float64Array.from(seededRandom(5).split(4000), draws.draw);
  const found = aucBootstrapInterval(drawn, 0.95);
  if (isNotEstimable(found)) throw new Error("estimable");
  // The 2.5 % quantile of 4,000 draws has a standard error of about 2.67 SD/√4000 = .042 SD; five of them.
  expect(Math.abs(found.lower - exact.lower)).toBeLessThan(0.21 * exact.stdError);
  expect(Math.abs(found.upper - exact.upper)).toBeLessThan(0.21 * exact.stdError);
  expect(found.nWithout).toBe(0);
});

test("draws without cases or controls are counted and left out; a few draws give no interval", () => {
  const draws = aucDraws({ score: Float64Array.of(1, 2), event: Uint8Array.of(0, 1) });
  if (isNotEstimable(draws)) throw new Error("estimable");
  const drawn = Float64Array.from(seededRandom(1).split(200), draws.draw);
  const without = drawn.filter(Number.isNaN).length;
  // Half of the draws of two rows take one of them twice.
  expect(without).toBeGreaterThan(60);
  expect(without).toBeLessThan(140);
  expect(aucBootstrapInterval(drawn, 0.95)).toEqual({ lower: 1, upper: 1, nWithout: without });
  expect(aucBootstrapInterval(drawn.filter((auc) => auc === 1).slice(0, 19), 0.95)).toHaveProperty(
    "notEstimable",
  );
});

test("not estimable: no cases, no controls; bugs of the caller", () => {
  const of = (score: readonly number[], event: readonly number[], cluster?: readonly number[]) =>
    aucDraws({
      score: Float64Array.from(score),
      event: Uint8Array.from(event),
      ...(cluster ? { cluster: Uint32Array.from(cluster) } : {}),
    });
  expect(of([1, 2], [0, 0])).toEqual({ notEstimable: "no cases" });
  expect(of([1, 2], [1, 1])).toEqual({ notEstimable: "no controls" });
  for (const wrong of [
    () => of([1], [0, 1]),
    () => of([1, Number.NaN], [0, 1]),
    () => of([1, 2], [0, 1], [1]),
    () => aucBootstrapInterval(Float64Array.of(1.5), 0.95),
    () => aucBootstrapInterval(Float64Array.of(0.5), 1),
  ])
    expect(wrong).toThrow(ContractError);
});
