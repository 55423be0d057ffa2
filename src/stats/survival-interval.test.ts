import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { normalQuantile } from "./normal.ts";
import { type IntervalScale, survivalBand, survivalInterval } from "./survival-interval.ts";

const agrees = recordAgreement({
  estimator: "Survival interval on the log, log-log, plain, logit and arcsin scales",
  reference: "survival::survfit(conf.type =)",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const scales: readonly IntervalScale[] = ["log", "log-log", "plain", "logit", "arcsin"];

for (const { name, r, input, expected } of reference("kaplan-meier-interval")) {
  test(`survivalBand agrees with R survfit: ${name}`, () => {
    const entry = input.entry && { entry: Float64Array.from(input.entry) };
    const curve = kaplanMeier(Float64Array.from(input.time!), Uint8Array.from(input.event!), entry);
    const scale = /conf.type="([\w-]+)"/.exec(r)![1] as IntervalScale;
    const band = survivalBand(curve, r.includes("conf.int=.90") ? 0.9 : 0.95, scale);
    const { lower, upper } = expected as { readonly lower: unknown; readonly upper: unknown };
    agrees(name, band.lower, lower);
    agrees(name, band.upper, upper);
  });
}

const interval = (scale: IntervalScale, survival: number, stdError: number, level = 0.95) =>
  survivalInterval({ survival, stdError, level, scale });

test("by hand: S = 1/2, SE = 0.1 at z = 1.96", () => {
  const z = normalQuantile(0.975);
  expect(interval("plain", 0.5, 0.1).lower).toBeCloseTo(0.5 - 0.1 * z, 14);
  // log: half the width is z · 0.1 / 0.5
  expect(interval("log", 0.5, 0.1).upper).toBeCloseTo(0.5 * Math.exp(0.2 * z), 14);
  // logit: centre 0, half width z · 0.1 / 0.25
  expect(interval("logit", 0.5, 0.1).upper).toBeCloseTo(1 / (1 + Math.exp(-0.4 * z)), 14);
  // arcsin: centre π/4, half width ½ z · 0.1 / 0.5
  expect(interval("arcsin", 0.5, 0.1).lower).toBeCloseTo(Math.sin(Math.PI / 4 - 0.1 * z) ** 2, 14);
  // log-log: S to the power exp(± z · 0.1 / (0.5 log 2))
  expect(interval("log-log", 0.5, 0.1).lower).toBeCloseTo(0.5 ** Math.exp((0.2 * z) / Math.LN2), 14);
});

describe("properties", () => {
  const inside = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  const error = fc.double({ min: 0, max: 0.4, noNaN: true });

  test("0 ≤ lower ≤ S ≤ upper ≤ 1, wider at a higher level", () => {
    fc.assert(
      fc.property(inside, error, fc.constantFrom(...scales), (survival, stdError, scale) => {
        const narrow = interval(scale, survival, stdError);
        const wide = interval(scale, survival, stdError, 0.99);
        const rounding = 1e-12;
        for (const { lower, upper } of [narrow, wide]) {
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(lower).toBeLessThanOrEqual(survival + rounding);
          expect(upper).toBeGreaterThanOrEqual(survival - rounding);
          expect(upper).toBeLessThanOrEqual(1);
        }
        expect(wide.lower).toBeLessThanOrEqual(narrow.lower + rounding);
        expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper - rounding);
      }),
    );
  });

  test("plain, logit and arcsin treat survival and risk alike", () => {
    fc.assert(
      fc.property(
        inside,
        error,
        fc.constantFrom<IntervalScale>("plain", "logit", "arcsin"),
        (s, se, scale) => {
          expect(interval(scale, 1 - s, se).lower).toBeCloseTo(1 - interval(scale, s, se).upper, 12);
        },
      ),
    );
  });
});

describe("edges", () => {
  test("S = 1 has limits on two scales, S = 0 on none", () => {
    for (const scale of scales) {
      const atOne = scale === "log" || scale === "plain" ? 1 : NaN;
      expect(interval(scale, 1, 0)).toEqual({ lower: atOne, upper: atOne });
      expect(interval(scale, 0, NaN)).toEqual({ lower: NaN, upper: NaN });
    }
  });

  test("no curve, no band; a level out of range is a bug of the caller", () => {
    const none = kaplanMeier(new Float64Array(0), new Uint8Array(0));
    expect(survivalBand(none)).toEqual({ lower: new Float64Array(0), upper: new Float64Array(0) });
    expect(() => interval("log", 0.5, 0.1, 1)).toThrow(ContractError);
    expect(() => survivalBand(none, 0)).toThrow(ContractError);
  });
});
