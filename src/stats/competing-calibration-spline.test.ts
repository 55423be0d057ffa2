import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { splineCalibration } from "./calibration-spline.ts";
import { competingSplineCalibration } from "./competing-calibration-spline.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Calibration errors of a smooth curve at a horizon, causes competing: ICI, E50, E90, Emax",
  reference: "cmprsk::crr on Hmisc::rcspline.eval(cloglog(risk))",
  tolerance: { relative: 1e-7 },
});

interface Columns {
  readonly time: Float64Array;
  readonly cause: Uint8Array;
  readonly risk: Float64Array;
  readonly horizon: number;
}

const of = (
  time: ArrayLike<number>,
  cause: ArrayLike<number>,
  risk: ArrayLike<number>,
  horizon: number,
): Columns => ({
  time: Float64Array.from(time),
  cause: Uint8Array.from(cause),
  risk: Float64Array.from(risk),
  horizon,
});

const curveOf = (columns: Columns) => competingSplineCalibration({ ...columns, nCauses: 2, of: 1 });

function known(columns: Columns) {
  const result = curveOf(columns);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

const picked = ({ time, cause, risk, horizon }: Columns, rows: readonly number[]): Columns =>
  of(
    rows.map((row) => time[row]!),
    rows.map((row) => cause[row]!),
    rows.map((row) => risk[row]!),
    horizon,
  );

for (const { name, input, expected } of reference("competing-calibration-spline"))
  test(`competingSplineCalibration agrees with R: ${name}`, () => {
    const ours = known(of(input.time!, input.cause!, input.risk!, input.horizon![0]!));
    const { errors, curve } = expected as {
      readonly errors: Readonly<Record<"ICI" | "E50" | "E90" | "Emax", number>>;
      readonly curve: { readonly risk: readonly number[]; readonly observed: readonly number[] };
    };
    agree(
      name,
      [[ours.ici, ours.e50, ours.e90, ours.emax], ours.observedAt(Float64Array.from(curve.risk))],
      [[errors.ICI, errors.E50, errors.E90, errors.Emax], curve.observed],
    );
  });

// At each time one patient of each risk, so no coefficient has a score and the curve is flat.
const threeAlike = (ends: readonly (readonly [time: number, cause: number])[], horizon: number) =>
  of(
    ends.flatMap(([time]) => [time, time, time]),
    ends.flatMap(([, cause]) => [cause, cause, cause]),
    ends.flatMap(() => [0.2, 0.5, 0.9]),
    horizon,
  );

describe("by hand: three risks whose patients fare alike, so the curve is flat", () => {
  test.each([
    // At 1 three of nine, at 3 three of the six who are left with those the other cause took.
    [
      "nobody censored",
      [
        [1, 1],
        [2, 2],
        [3, 1],
      ],
      3.5,
      1 / 3 + 1 / 2,
    ],
    // At 1 three of fifteen. At 2.5 three of nine are censored, so at 3 those the other cause took at 2 weigh 2/3
    // each: three of 6 + 2.
    [
      "three censored between the other cause and the horizon",
      [
        [1, 1],
        [2, 2],
        [2.5, 0],
        [3, 1],
        [4, 0],
      ],
      3.5,
      1 / 5 + 3 / 8,
    ],
    // An event at the horizon counts, one after it does not.
    [
      "events at and after the horizon",
      [
        [1, 1],
        [2, 1],
        [3, 0],
      ],
      1,
      1 / 3,
    ],
  ] as const)("%s", (_, ends, horizon, hazard) => {
    const found = known(threeAlike(ends, horizon));
    const observed = -Math.expm1(-hazard);
    const errors = [0.2, 0.5, 0.9].map((risk) => Math.abs(observed - risk));
    expect(found.ici).toBeCloseTo((errors[0]! + errors[1]! + errors[2]!) / 3, 10);
    expect(found.e50).toBeCloseTo(errors.toSorted((a, b) => a - b)[1]!, 10);
    expect(found.emax).toBeCloseTo(Math.max(...errors), 10);
    for (const value of found.observedAt(Float64Array.of(0, 0.3, 0.7, 1)))
      expect(value).toBeCloseTo(observed, 8);
  });
});

/** Cause 1 has the subdistribution hazard λ until 1; the others end in cause 2; some are censored. */
function simulated(n: number, seed: number) {
  const random = seededRandom(seed);
  const columns = of(new Float64Array(n), new Uint8Array(n), new Float64Array(n), 0.5);
  for (let i = 0; i < n; i++) {
    const hazard = 0.2 + 2 * random.next();
    const first = -Math.log(1 - random.next()) / hazard;
    const isFirst = first < 1;
    const ends = isFirst ? first : random.next();
    const censored = 2 * random.next();
    columns.time[i] = Math.min(ends, censored);
    columns.cause[i] = censored < ends ? 0 : isFirst ? 1 : 2;
    columns.risk[i] = -Math.expm1(-((hazard / 2) ** 1.3));
  }
  return columns;
}

test("the curve finds a known distortion of the risks: predicted 1 − exp(−λ^1.3), true 1 − exp(−λ)", () => {
  const hazards = Float64Array.of(0.25, 0.5, 0.9);
  const observed = known(simulated(20_000, 3)).observedAt(
    hazards.map((hazard) => -Math.expm1(-(hazard ** 1.3))),
  );
  hazards.forEach((hazard, i) => {
    expect(Math.abs(observed[i]! - -Math.expm1(-hazard))).toBeLessThan(0.02);
  });
});

describe("properties", () => {
  const columns = simulated(120, 4);
  const rows = Array.from(columns.time.keys());

  test("the order of patients is irrelevant", () => {
    const [one, other] = [known(columns), known(picked(columns, rows.toReversed()))];
    for (const error of ["ici", "e50", "e90", "emax"] as const)
      expect(other[error]).toBeCloseTo(one[error], 9);
  });

  test("a change of the unit of time is irrelevant", () => {
    const days = of(
      columns.time.map((t) => 365.25 * t),
      columns.cause,
      columns.risk,
      365.25 * columns.horizon,
    );
    expect(known(days).ici).toBeCloseTo(known(columns).ici, 9);
  });

  test("every patient twice gives the same curve where the knots stay", () => {
    const grid = [0.1, 0.1, 0.3, 0.5, 0.8, 0.8];
    const few = of(
      columns.time,
      columns.cause,
      columns.risk.map((_, i) => grid[i % 6]!),
      columns.horizon,
    );
    const at = Float64Array.of(0.05, 0.2, 0.6);
    const twice = known(picked(few, [...rows, ...rows])).observedAt(at);
    known(few)
      .observedAt(at)
      .forEach((value, i) => {
        expect(twice[i]).toBeCloseTo(value, 9);
      });
  });

  test("without competing or tied events it is the curve of a Cox model", () => {
    const cause = columns.cause.map((code) => (code === 1 ? 1 : 0));
    const alone = splineCalibration({ ...columns, event: cause });
    if (isNotEstimable(alone)) throw new Error(alone.notEstimable);
    const { ici, emax } = known({ ...columns, cause });
    expect(ici).toBeCloseTo(alone.ici, 9);
    expect(emax).toBeCloseTo(alone.emax, 9);
  });
});

describe("not estimable", () => {
  test.each([
    ["no patients", of([], [], [], 1)],
    ["no events of the cause by the horizon", of([2, 3, 4], [2, 1, 0], [0.1, 0.2, 0.3], 2.5)],
    ["no events of the cause by the horizon", of([2, 3, 4], [0, 0, 0], [0.1, 0.2, 0.3], 2.5)],
    ["follow-up ends before the horizon", of([1, 2, 3], [1, 2, 0], [0.1, 0.2, 0.3], 9)],
    ["nobody is followed beyond the horizon", of([1, 2, 3], [1, 0, 2], [0.1, 0.2, 0.3], 3)],
    ["too few different predicted risks for a smooth curve", of([1, 2], [1, 2], [0.4, 0.4], 2)],
    ["too few different predicted risks for a smooth curve", of([1], [1], [0.4], 1)],
  ])("%s", (notEstimable, columns) => {
    expect(curveOf(columns)).toEqual({ notEstimable });
  });

  test("risks that separate the events have no finite maximum", () => {
    const found = curveOf(of([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1], 3.5));
    expect(found).toEqual({ notEstimable: expect.stringMatching(/^the smooth curve has no fit: /) });
  });
});

test("risks of 0 and 1 are clipped and counted", () => {
  const columns = simulated(60, 5);
  columns.risk.set([0, 1, 0], 0);
  expect(known(columns).nClipped).toBe(3);
});

describe("refused", () => {
  const good = of([1, 2, 3], [1, 2, 0], [0.1, 0.2, 0.3], 2);
  test.each([
    ["a time that is NaN", { time: Float64Array.of(1, Number.NaN, 3) }],
    ["a risk that is NaN", { risk: Float64Array.of(0.1, Number.NaN, 0.3) }],
    ["a risk above 1", { risk: Float64Array.of(0.1, 1.1, 0.3) }],
    ["a horizon that is NaN", { horizon: Number.NaN }],
    ["a cause beyond the causes", { cause: Uint8Array.of(1, 3, 0) }],
    ["columns of different lengths", { risk: Float64Array.of(0.1, 0.2) }],
  ])("%s", (_, change) => {
    expect(() => curveOf({ ...good, ...change })).toThrow(ContractError);
  });
  test("a cause that is not among them", () => {
    expect(() => competingSplineCalibration({ ...good, nCauses: 2, of: 3 })).toThrow(ContractError);
  });
  test("a risk to read the curve at", () => {
    expect(() => known(simulated(60, 5)).observedAt(Float64Array.of(-0.1))).toThrow(ContractError);
  });
});
