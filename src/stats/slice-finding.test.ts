import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { jointNormal } from "./joint-normal.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { wilson } from "./proportion.ts";
import { observedQuantile } from "./quantile.ts";
import { type Random, seededRandom } from "./random.ts";
import { unitsOf } from "./rows-by-unit.ts";
import { shareGapScore } from "./share-gap-score.ts";
import { sliceCensus } from "./slice-census.ts";
import { findSlices } from "./slice-finding.ts";
import { sliceGaps } from "./slice-gaps.ts";
import { stepDownMaxT } from "./step-down.ts";

const agreeTail = recordAgreement({
  estimator: "Slices: tail of a gap of two shares, the rest known",
  reference: "pbinom",
  tolerance: { relative: 0.1 },
});
const agreeGaps = recordAgreement({
  estimator: "Slices: gaps, variances, correlations",
  reference: "the formulas in R",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});
const agreeLargest = recordAgreement({
  estimator: "Slices: quantile of the largest of correlated gaps, by 100,000 draws",
  reference: "mvtnorm::qmvnorm",
  tolerance: { relative: 0.01 },
});
const levels = (values: Iterable<number>, nLevels: number) => ({ code: Uint16Array.from(values), nLevels });

for (const { name, input, expected } of reference("slices"))
  test(`agrees with R: ${name}`, () => {
    if (name.startsWith("tail")) {
      const [x1, n1, x2, n2] = input.counts as [number, number, number, number];
      const ours = normalCdf(-shareGapScore({ x1, n1, x2, n2 }, input.delta![0]!));
      // A step of the slice counts whole, where the share of the rest blurs it: cautious by up to half a step.
      expect(ours / (expected as number)).toBeGreaterThan(0.95);
      expect(ours / (expected as number)).toBeLessThan(4);
    } else if (name.startsWith("binomial")) {
      const [x1, n1, p] = input.events as [number, number, number];
      agreeTail(name, normalCdf(-shareGapScore({ x1, n1, x2: p * 1e7, n2: 1e7 }, 0)), expected);
    } else if (name.startsWith("gaps")) {
      const cluster = name.endsWith("clusters") ? Uint32Array.from(input.cluster!) : undefined;
      const units = unitsOf(input.x!.length, cluster);
      const attributes = [levels(input.a!, 3), levels(input.b!, 2)];
      const census = sliceCensus(attributes, { units, depth: 2, minSize: 2 });
      const { mean, meanElsewhere, variance, correlation } = sliceGaps(column(input.x!), census, units);
      const full = correlation.map((row, s) =>
        correlation.map((_, t) => (t <= s ? row[t]! : correlation[t]![s]!)),
      );
      agreeGaps(name, [mean.map((x, s) => x - meanElsewhere[s]!), variance, full], expected);
    } else {
      const r = Array.from({ length: 5 }, (_, i) => column(input.r!.slice(5 * i, 5 * i + i + 1)));
      const draw = jointNormal(r, seededRandom(2));
      const { maxima } = stepDownMaxT(new Float64Array(5), { nDraws: 100_000, draw });
      agreeLargest(name, observedQuantile(maxima, 0.95), expected);
    }
  });

describe("step-down", () => {
  test("by hand: two draws, the second statistic is compared with what is left", () => {
    const draws = [
      [1, 5, 0],
      [4, 0, 2],
      [0, 0, 0],
    ];
    let b = 0;
    const { adjusted, maxima } = stepDownMaxT(column([3, 6, 1]), {
      nDraws: 3,
      draw: (into) => into.set(draws[b++]!),
    });
    // 6 against maxima 5, 4, 0: none. 3 against max of the first and third, 1, 4, 0: one. 1 against 0, 2, 0: one.
    expect([...adjusted]).toEqual([2 / 4, 1 / 4, 2 / 4]);
    expect([...maxima]).toEqual([0, 4, 5]);
  });

  test("independent statistics: the p values of Šidák's step-down", () => {
    const statistic = column([3.2, 0.4, 2.4, 1.1]);
    const identity = [0, 1, 2, 3].map((i) => column([...new Array<number>(i).fill(0), 1]));
    const draw = jointNormal(identity, seededRandom(5));
    const { adjusted } = stepDownMaxT(statistic, { nDraws: 40_000, draw });
    const sidak = (z: number, m: number) => 1 - normalCdf(z) ** m;
    const expected = [sidak(3.2, 4), sidak(0.4, 1), sidak(2.4, 3), sidak(1.1, 2)];
    expected[1] = Math.max(expected[1]!, expected[3]!);
    expect([...adjusted]).toEqual(expected.map((p) => expect.closeTo(p, 1.8)));
  });

  test("a singular correlation: a variate and its opposite", () => {
    const draw = jointNormal([column([1]), column([-1, 1]), column([0.5, -0.5, 1])], seededRandom(1));
    const z = new Float64Array(3);
    for (let b = 0; b < 20; b++) {
      draw(z);
      expect(z[1]).toBeCloseTo(-z[0]!, 14);
      expect(z[2]).not.toBeCloseTo(0.5 * z[0]!, 6);
    }
  });
});

describe("tail of a gap of two shares", () => {
  test("falls with δ, and edges: nothing varies, all against none, none against all", () => {
    const score = (delta: number) => shareGapScore({ x1: 9, n1: 30, x2: 40, n2: 500 }, delta);
    for (let delta = -0.9; delta < 0.9; delta += 0.1)
      expect(score(delta)).toBeGreaterThan(score(delta + 0.05));
    expect(shareGapScore({ x1: 0, n1: 9, x2: 0, n2: 9 }, 0)).toBe(-Infinity);
    expect(shareGapScore({ x1: 0, n1: 9, x2: 9, n2: 9 }, 0)).toBe(-Infinity);
    // ½ of 8 each: 2^−16.
    const all = normalCdf(-shareGapScore({ x1: 8, n1: 8, x2: 0, n2: 8 }, 0));
    expect(Math.abs(all * 2 ** 16 - 1)).toBeLessThan(0.1);
  });
});

/** Rows of three attributes that depend on each other. */
function rowsOf(random: Random, nRows: number) {
  const first = Uint16Array.from({ length: nRows }, () => random.integer(3));
  const second = first.map((level) => (random.next() < 0.5 ? level : random.integer(3)));
  const third = Uint16Array.from({ length: nRows }, () => Math.floor(4 * random.next() ** 2));
  return [levels(first, 3), levels(second, 3), levels(third, 4)];
}

describe("census", () => {
  test("agrees with counting every conjunction by itself", () => {
    const attributes = rowsOf(seededRandom(6), 150);
    const cluster = Uint32Array.from({ length: 150 }, (_, i) => i % 55);
    const [depth, minSize] = [3, 8];
    const { slices, nTooSmall, nRepeated, slicesOf } = sliceCensus(attributes, {
      units: unitsOf(150, cluster),
      depth,
      minSize,
    });
    const chosen = attributes.reduce<number[][]>(
      (all, { nLevels }) =>
        all.flatMap((levels) => [-1, ...Array(nLevels).keys()].map((l) => [...levels, l])),
      [[]],
    );
    const isIn = (levels: readonly number[], i: number) =>
      levels.every((level, a) => level < 0 || attributes[a]!.code[i] === level);
    const rowsIn = (levels: readonly number[]) => [...Array(150).keys()].filter((i) => isIn(levels, i));
    const people = (rows: readonly number[]) => new Set(rows.map((i) => cluster[i])).size;
    const large: string[] = [];
    let [small, repeated] = [0, 0];
    for (const levels of chosen.filter((levels) => levels.some((level) => level >= 0))) {
      const inside = rowsIn(levels);
      if (inside.length === 0) continue;
      const parts = levels
        .map((level, a) => (level < 0 ? levels : levels.with(a, -1)))
        .filter((part) => part !== levels && part.some((level) => level >= 0));
      if (parts.some((part) => people(rowsIn(part)) < minSize)) continue;
      const outside = [...Array(150).keys()].filter((i) => !isIn(levels, i));
      if (people(inside) < minSize || people(outside) < minSize) small++;
      else if (parts.some((part) => rowsIn(part).length === inside.length)) repeated++;
      else large.push(`${levels} ${inside.length} ${people(inside)} ${people(outside)}`);
    }
    const ours = slices.map(({ conditions, nRows, nInside, nOutside }) => {
      const own = attributes.map((_, a) => conditions.find(({ attribute }) => attribute === a)?.level ?? -1);
      return `${own} ${nRows} ${nInside} ${nOutside}`;
    });
    expect(ours.toSorted()).toEqual(large.toSorted());
    expect([nTooSmall, nRepeated]).toEqual([small, repeated]);
    const into = new Uint32Array(slices.length);
    const n = slicesOf(17, into);
    expect([...into.subarray(0, n)].sort((a, b) => a - b)).toEqual(
      slices.flatMap(({ conditions }, s) =>
        conditions.every(({ attribute, level }) => attributes[attribute]!.code[17] === level) ? [s] : [],
      ),
    );
  });

  test("a conjunction of the rows of one of its parts is not examined again", () => {
    const site = levels([0, 0, 0, 0, 1, 1, 1, 1], 2);
    const ward = levels([0, 0, 1, 1, 2, 2, 3, 3], 4);
    const found = sliceCensus([site, ward], { units: unitsOf(8, undefined), depth: 2, minSize: 2 });
    expect([found.slices.length, found.nRepeated, found.nTooSmall]).toEqual([6, 4, 0]);
  });
});

describe("findSlices", () => {
  /** Errors of 5 %, of `planted` where the first attribute is 1 and the third 0. */
  function study(seed: number, planted: number, nRows = 3000) {
    const random = seededRandom(seed);
    const attributes = rowsOf(random, nRows);
    const isBad = (i: number) => attributes[0]!.code[i] === 1 && attributes[2]!.code[i] === 0;
    const value = Float64Array.from(
      { length: nRows },
      (_, i) => +(random.next() < (isBad(i) ? planted : 0.05)),
    );
    return { attributes, value, minSize: 20, random };
  }

  test("a planted slice comes first, with its gap and limits around it", () => {
    const { slices, nExamined } = known(findSlices({ ...study(3, 0.25), margin: 0.05 }));
    expect(nExamined).toBe(slices.length);
    const [first] = slices;
    expect(first!.conditions).toEqual([
      { attribute: 0, level: 1 },
      { attribute: 2, level: 0 },
    ]);
    expect(first!.answer).toBe("beyond the margin");
    expect(first!.lower).toBeGreaterThan(0.05);
    expect(first!.lower).toBeLessThan(0.2);
    expect(first!.upper).toBeGreaterThan(0.2);
    expect(first!.gap).toBeCloseTo(first!.mean - first!.meanElsewhere, 14);
  });

  test("familywise error over 300 searches where nothing differs, slices overlapping: at most 5 %", () => {
    const nSearches = 300;
    const wrong = { beyond: 0, lower: 0, upper: 0 };
    for (let k = 0; k < nSearches; k++) {
      const { slices } = known(findSlices({ ...study(1000 + k, 0.05, 800), nDraws: 300 }));
      wrong.beyond += +slices.some(({ answer }) => answer === "beyond the margin");
      wrong.lower += +slices.some(({ lower }) => lower > 0);
      wrong.upper += +slices.some(({ upper }) => upper < 0);
    }
    for (const n of Object.values(wrong)) expect(wilson(n, nSearches, 0.95).lower).toBeLessThan(0.05);
  });

  test("one attribute of two levels: the score's own p value, doubled at most, and its limit", () => {
    const code = Uint16Array.from({ length: 400 }, (_, i) => +(i < 60));
    const value = Float64Array.from(code, (_, i) => +(i < 12 || (i >= 60 && i < 80)));
    const { slices } = known(
      findSlices({
        attributes: [levels(code, 2)],
        value,
        minSize: 20,
        nDraws: 50_000,
        random: seededRandom(1),
      }),
    );
    const counts = { x1: 12, n1: 60, x2: 20, n2: 340 };
    // The two gaps are each other's opposite: the larger of Z and −Z.
    const p = 2 * normalCdf(-shareGapScore(counts, 0));
    expect(slices[0]!.conditions).toEqual([{ attribute: 0, level: 1 }]);
    expect(slices[0]!.pValue / p).toBeCloseTo(1, 0);
    expect(shareGapScore(counts, slices[0]!.lower)).toBeCloseTo(-normalQuantile(0.025), 1);
  });

  test("the order of rows and of attributes, and clusters of one row where values are no shares, change nothing", () => {
    const { attributes, value } = study(8, 0.2, 500);
    const loss = value.map((x, i) => x + (i % 7) / 10);
    const search = (more: object) => {
      const found = known(
        findSlices({ attributes, value: loss, minSize: 20, nDraws: 50, random: seededRandom(4), ...more }),
      );
      return found.slices.map(({ gap, nRows }) => `${nRows} ${gap.toFixed(12)}`).sort();
    };
    const reversed = attributes.map(({ code, nLevels }) => ({ code: code.toReversed(), nLevels })).reverse();
    const plain = search({});
    expect(search({ attributes: reversed, value: loss.toReversed() })).toEqual(plain);
    expect(search({ cluster: Uint32Array.from(loss.keys()) })).toEqual(plain);
  });

  test("rows copied within clusters prove no more than the clusters", () => {
    const { attributes, value } = study(5, 0.15, 600);
    const thrice = (column: Iterable<number>) => [...column].flatMap((x) => [x, x, x]);
    const copies = {
      attributes: attributes.map(({ code, nLevels }) => levels(thrice(code), nLevels)),
      value: column(thrice(value)),
    };
    const options = { minSize: 20, nDraws: 200 };
    const one = known(findSlices({ attributes, value, ...options, random: seededRandom(1) }));
    const cluster = Uint32Array.from(copies.value, (_, i) => Math.floor(i / 3));
    const many = known(findSlices({ ...copies, cluster, ...options, random: seededRandom(1) }));
    expect(many.nExamined).toBe(one.nExamined);
    expect(many.slices[0]!.lower).toBeLessThan(one.slices[0]!.lower + 0.01);
    expect(many.slices[0]!.nInside).toBe(one.slices[0]!.nInside);
  });

  test("no slice that is large enough is not estimable; values all alike have no limits", () => {
    const attributes = [levels([0, 0, 1, 1], 2)];
    const search = (value: number[], minSize: number) =>
      findSlices({ attributes, value: column(value), minSize, random: seededRandom(1) });
    expect(search([1, 0, 1, 0], 3)).toEqual({ notEstimable: "no slice is large enough" });
    const { slices } = known(search([0.3, 0.3, 0.3, 0.3], 2));
    expect(slices.map(({ answer, lower, upper }) => [answer, lower, upper])).toEqual(
      Array(2).fill(["not enough data to tell", -Infinity, Infinity]),
    );
    // Four rows without an error: the gap could be anything up to a large share.
    const none = known(search([0, 0, 0, 0], 2)).slices[0]!;
    expect([none.gap, none.answer]).toEqual([0, "not enough data to tell"]);
    expect(none.upper).toBeGreaterThan(0.7);
  });

  test("the same seed gives the same answer", () => {
    expect(findSlices(study(2, 0.1))).toEqual(findSlices(study(2, 0.1)));
  });

  const good = study(1, 0.1, 200);
  test.each([
    ["a depth of 4", { depth: 4 }],
    ["slices of one", { minSize: 1 }],
    ["a margin below 0", { margin: -0.1 }],
    ["an error rate of one half", { errorRate: 0.5 }],
    ["a value of NaN", { value: good.value.with(3, Number.NaN) }],
    ["a level beyond", { attributes: [{ ...good.attributes[0]!, nLevels: 2 }] }],
    ["columns of other lengths", { value: good.value.subarray(1) }],
    ["no draws", { nDraws: 0 }],
  ])("refused: %s", (_, change) => {
    expect(() => findSlices({ ...good, ...change })).toThrow(ContractError);
  });

  test("gaps lie within their limits, whatever the rows", () => {
    const rows = fc.array(fc.tuple(fc.nat(2), fc.nat(1), fc.nat(1)), { minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.nat(1000), (list, seed) => {
        const found = findSlices({
          attributes: [
            levels(
              list.map(([a]) => a),
              3,
            ),
            levels(
              list.map(([, b]) => b),
              2,
            ),
          ],
          value: column(list.map(([, , x]) => x)),
          minSize: 2,
          nDraws: 20,
          random: seededRandom(seed),
        });
        if (isNotEstimable(found)) return;
        for (const { gap, lower, upper, pValue } of found.slices) {
          expect(lower).toBeLessThanOrEqual(gap + 1e-12);
          expect(upper).toBeGreaterThanOrEqual(gap - 1e-12);
          expect(lower).toBeGreaterThanOrEqual(-1);
          expect(upper).toBeLessThanOrEqual(1);
          expect(pValue).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});
