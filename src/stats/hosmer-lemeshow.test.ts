import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { binaryCalibrationGroups, hosmerLemeshow } from "./hosmer-lemeshow.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { wilson } from "./proportion.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "Calibration groups of a binary outcome, Hosmer–Lemeshow test",
  reference: "cut(risk, quantile(risk)), stats::pchisq",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const of = (event: ArrayLike<number>, risk: ArrayLike<number>, nGroups: number) => ({
  event: Uint8Array.from(event),
  risk: Float64Array.from(risk),
  nGroups,
});

for (const { name, input, expected } of reference("hosmer-lemeshow"))
  test(`hosmerLemeshow agrees with R: ${name}`, () => {
    const columns = of(input.event!, input.risk!, input.nGroups![0]!);
    const theirs = expected as {
      readonly groups: Readonly<Record<"n" | "obs" | "pred", readonly number[]>>;
      readonly test: readonly number[];
    };
    const { groups, ...elsewhere } = known(hosmerLemeshow({ ...columns, isFittedHere: false }));
    agrees(
      name,
      [groups.map((g) => g.n), groups.map((g) => g.observed), groups.map((g) => g.predicted)],
      [theirs.groups.n, theirs.groups.obs, theirs.groups.pred],
    );
    const ours = [elsewhere.chiSquare, elsewhere.degreesOfFreedom, elsewhere.pValue];
    const here = hosmerLemeshow({ ...columns, isFittedHere: true });
    if (!isNotEstimable(here)) ours.push(here.degreesOfFreedom, here.pValue);
    agrees(name, ours, theirs.test);
  });

test("by hand: two groups of four, risks .25 and .5, one and three with the event", () => {
  // (1 − 1)²/(4 · .25 · .75) + (3 − 2)²/(4 · .5 · .5) = 1; with 2 degrees of freedom p = e^(−1/2).
  const columns = of([1, 0, 0, 0, 1, 1, 1, 0], [0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 0.5], 2);
  const { groups, chiSquare, degreesOfFreedom, pValue } = known(
    hosmerLemeshow({ ...columns, isFittedHere: false }),
  );
  expect(groups[1]).toEqual({ n: 4, nEvents: 3, predicted: 0.5, observed: 0.75, ...wilson(3, 4, 0.95) });
  expect(chiSquare).toBeCloseTo(1, 14);
  expect(degreesOfFreedom).toBe(2);
  expect(pValue).toBeCloseTo(Math.exp(-0.5), 14);
});

test("groups hold everybody once, in rising risk, in any order of patients", () => {
  const rows = fc.array(
    fc.record({ risk: fc.integer({ min: 1, max: 19 }), event: fc.integer({ min: 0, max: 1 }) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 12 }), (list, nGroups) => {
      const columns = (some: typeof list) =>
        of(
          some.map(({ event }) => event),
          some.map(({ risk }) => risk / 20),
          nGroups,
        );
      const groups = binaryCalibrationGroups(columns(list));
      if (isNotEstimable(groups)) return;
      expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(list.length);
      expect(groups.reduce((sum, { nEvents }) => sum + nEvents, 0)).toBe(
        list.filter(({ event }) => event === 1).length,
      );
      for (let k = 1; k < groups.length; k++)
        expect(groups[k]!.predicted).toBeGreaterThan(groups[k - 1]!.predicted);
      const reversed = known(binaryCalibrationGroups(columns(list.toReversed())));
      for (const [k, group] of reversed.entries()) expect(group.nEvents).toBe(groups[k]!.nEvents);
    }),
  );
});

test("right risks from elsewhere are refused in about 5 of 100 cohorts at 5 %", () => {
  const random = seededRandom(8);
  let nRefused = 0;
  const nCohorts = 600;
  for (let cohort = 0; cohort < nCohorts; cohort++) {
    const risk = Float64Array.from({ length: 400 }, () => 0.1 + 0.6 * random.next());
    const event = Uint8Array.from(risk, (r) => +(random.next() < r));
    if (known(hosmerLemeshow({ event, risk, nGroups: 10, isFittedHere: false })).pValue < 0.05) nRefused++;
  }
  expect(nRefused / nCohorts).toBeGreaterThan(0.025);
  expect(nRefused / nCohorts).toBeLessThan(0.08);
});

test("edges: nobody, equal risks, too few groups, a group of certain risks", () => {
  const tested = (event: readonly number[], risk: readonly number[], isFittedHere = true) =>
    hosmerLemeshow({ ...of(event, risk, 10), isFittedHere });
  expect(tested([], [])).toEqual({ notEstimable: "no patients" });
  expect(tested([0, 1], [0.3, 0.3])).toEqual({ notEstimable: "all predicted risks are equal" });
  expect(tested([0, 1, 0, 1, 1, 0, 1, 0], [0.2, 0.2, 0.2, 0.5, 0.5, 0.5, 0.5, 0.2])).toEqual({
    notEstimable: "fewer than three groups",
  });
  expect(tested([0, 0, 1, 1], [0, 0, 0.5, 0.6], false)).toEqual({
    notEstimable: "the predicted risks of a group are all 0",
  });
});

test("bugs of the caller", () => {
  for (const columns of [
    of([1, 0], [0.1], 10),
    of([1, 2], [0.1, 0.2], 10),
    of([1, 0], [0.1, NaN], 10),
    of([1, 0], [0.1, 0.2], 0),
    of([1, 0], [0.1, 0.2], 2.5),
  ])
    expect(() => hosmerLemeshow({ ...columns, isFittedHere: false })).toThrow(ContractError);
});
