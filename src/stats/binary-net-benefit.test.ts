import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { binaryDecisionCurve, type DecisionPoint } from "./binary-net-benefit.ts";
import { decisionCurve } from "./net-benefit.ts";
import { normalQuantile } from "./normal.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "Decision curve of a binary outcome: model, everybody, their difference, with standard errors",
  reference: "means and standard deviations of what the patients add",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const of = (event: ArrayLike<number>, risk: ArrayLike<number>, thresholds: ArrayLike<number>) =>
  binaryDecisionCurve({
    event: Uint8Array.from(event),
    risk: Float64Array.from(risk),
    thresholds: Float64Array.from(thresholds),
  });

function known(...call: Parameters<typeof of>): readonly DecisionPoint[] {
  const result = of(...call);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("binary-decision-curve"))
  test(`binaryDecisionCurve agrees with R: ${name}`, () => {
    const points = known(input.event!, input.risk!, input.thresholds!);
    const theirs = expected as Readonly<Record<string, readonly number[]>>;
    for (const [key, ours] of [
      ["model", points.map(({ model }) => model)],
      ["all", points.map(({ all }) => all)],
      ["over", points.map(({ modelOverAll }) => modelOverAll)],
    ] as const) {
      agrees(
        name,
        ours.map(({ value }) => value),
        theirs[key],
      );
      agrees(
        name,
        ours.map(({ stdError }) => stdError),
        theirs[`se_${key}`],
      );
    }
  });

test("by hand: risks .1, .3, .3 and .6, the second and last with the event, at .25", () => {
  // Flagged 2 cases, 1 control: (2 − 1/3)/4 = 5/12; all: (2 − 2/3)/4 = 1/3; their difference 1/12.
  const [at] = known([0, 1, 0, 1], [0.1, 0.3, 0.3, 0.6], [0.25]);
  expect(at).toMatchObject({ nFlagged: 3, truePositives: 2, falsePositives: 1 });
  expect(at!.model.value).toBeCloseTo(5 / 12, 14);
  expect(at!.all.value).toBeCloseTo(1 / 3, 14);
  expect(at!.modelOverAll.value).toBeCloseTo(1 / 12, 14);
  // u of the model: 0, 1, −1/3, 1.
  const squares = (5 / 12) ** 2 + 2 * (7 / 12) ** 2 + (9 / 12) ** 2;
  expect(at!.model.stdError ** 2).toBeCloseTo(squares / 12, 14);
  expect(at!.model.lower).toBeCloseTo(at!.model.value - normalQuantile(0.975) * at!.model.stdError, 14);
});

const rows = fc.array(
  fc.record({ risk: fc.integer({ min: 0, max: 20 }), event: fc.integer({ min: 0, max: 1 }) }),
  { minLength: 1, maxLength: 25 },
);

test("agrees with the mean of what each patient adds, and with the curve at a horizon", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 19 }), (list, twentieths) => {
      const threshold = twentieths / 20;
      const odds = threshold / (1 - threshold);
      const event = list.map((row) => row.event);
      const risk = list.map((row) => row.risk / 20);
      const [at] = known(event, risk, [threshold]);
      const worth = event.map((e) => (e === 1 ? 1 : -odds));
      const acted = worth.map((u, i) => (risk[i]! >= threshold ? u : 0));
      const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
      const each = { model: acted, all: worth, modelOverAll: acted.map((u, i) => u - worth[i]!) };
      for (const [key, values] of Object.entries(each)) {
        const { value, stdError, lower, upper, kind } = at![key as keyof typeof each];
        expect(value).toBeCloseTo(mean(values), 12);
        const squares = values.reduce((sum, u) => sum + (u - mean(values)) ** 2, 0);
        if (kind === "pointwise")
          expect(stdError ** 2).toBeCloseTo(squares / (values.length - 1) / values.length, 12);
        else expect(squares).toBeCloseTo(0, 12);
        expect(lower <= value && value <= upper && lower < upper).toBe(true);
      }
      expect(at!.modelOverAll.value).toBeCloseTo(at!.model.value - at!.all.value, 12);
      const time = Float64Array.from(event, (e) => (e === 1 ? 1 : 9));
      const curve = decisionCurve({
        time,
        event: Uint8Array.from(event),
        risk: Float64Array.from(risk),
        horizon: 5,
        thresholds: Float64Array.of(threshold),
      });
      if (!isNotEstimable(curve)) expect(curve.model[0]).toBeCloseTo(at!.model.value, 12);
      expect(known(event.toReversed(), risk.toReversed(), [threshold])).toEqual([at]);
    }),
    { numRuns: 2000 },
  );
});

test("the interval covers in 93 to 97 of 100 simulated cohorts of 400", () => {
  const random = seededRandom(17);
  const nCohorts = 1000;
  // Risks uniform on 0 to 1 and right: at t the model is worth
  // ∫ r − (1 − r) w over r ≥ t = (1 − t²)/2 − w (1 − t)²/2.
  const t = 0.3;
  const truth = (1 - t * t) / 2 - (t / (1 - t)) * ((1 - t) ** 2 / 2);
  let nCovered = 0;
  for (let cohort = 0; cohort < nCohorts; cohort++) {
    const risk = Float64Array.from({ length: 400 }, () => random.next());
    const event = risk.map((r) => +(random.next() < r));
    const { lower, upper } = known(event, risk, [t])[0]!.model;
    if (lower <= truth && truth <= upper) nCovered++;
  }
  expect(nCovered / nCohorts).toBeGreaterThan(0.93);
  expect(nCovered / nCohorts).toBeLessThan(0.97);
});

test("edges: nobody, nobody flagged, everybody a case, a risk at the threshold, a threshold of 0", () => {
  expect(of([], [], [0.2])).toEqual({ notEstimable: "no patients" });
  const [none] = known([0, 1, 0], [0.1, 0.2, 0.3], [0.5]);
  const missed = 1 - 0.025 ** (1 / 3);
  expect(none!.model).toMatchObject({ value: 0, stdError: 0, kind: "bound" });
  expect(none!.model.lower).toBeCloseTo(-missed, 12);
  expect(none!.model.upper).toBeCloseTo(missed, 12);
  const [cases] = known([1, 1], [0.6, 0.7], [0.2]);
  expect(cases!.all).toMatchObject({ value: 1, upper: 1, kind: "bound" });
  expect(cases!.all.lower).toBeCloseTo(1 - (1 - 0.025 ** 0.5) * 1.25, 12);
  expect(known([0, 1], [0.3, 0.3], [0.3])[0]!.model.value).toBeCloseTo(2 / 7, 14);
  expect(known([0, 1, 0, 1], [0.2, 0.4, 0.6, 0.8], [0])[0]!.model.value).toBe(0.5);
  expect(known([1], [0.4], [0.9])[0]!.model.kind).toBe("bound");
});

test("bugs of the caller", () => {
  for (const [event, risk, threshold] of [
    [[1, 0], [0.1], 0.2],
    [[1, 2], [0.1, 0.2], 0.2],
    [[1, 0], [0.1, NaN], 0.2],
    [[1, 0], [0.1, 0.2], 1],
    [[1, 0], [0.1, 0.2], -0.1],
  ] as const)
    expect(() => of(event, risk, [threshold])).toThrow(ContractError);
});
