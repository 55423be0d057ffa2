import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { studentHalfWidth, studentTwoTails } from "./student-t.ts";

const agrees = recordAgreement({
  estimator: "Student's t: both tails, half width of an interval",
  reference: "stats::pt, stats::qt",
  tolerance: { relative: 1e-12 },
});

for (const { name, input, expected } of reference("student-t"))
  test(`Student's t agrees with R: ${name}`, () => {
    const { t, level, df } = input;
    const ours = df!.map((nu, i) => (t ? studentTwoTails(t[i]!, nu) : studentHalfWidth(level![i]!, nu)));
    agrees(name, ours, expected);
  });

test("by hand: one degree of freedom is Cauchy's distribution, many are the normal one", () => {
  // P(|T| ≥ 1) = ½ and P(|T| ≥ √3) = ⅓ for ν = 1; for ν = 2, P(|T| ≥ t) = 1 − t/√(2 + t²).
  expect(studentTwoTails(1, 1)).toBeCloseTo(0.5, 14);
  expect(studentTwoTails(-Math.sqrt(3), 1)).toBeCloseTo(1 / 3, 14);
  expect(studentTwoTails(2, 2)).toBeCloseTo(1 - 2 / Math.sqrt(6), 14);
  expect(studentHalfWidth(0.5, 1)).toBeCloseTo(1, 13);
  expect(studentTwoTails(1.7, 1e9)).toBeCloseTo(2 * normalCdf(-1.7), 8);
  expect(studentHalfWidth(0.95, 1e9)).toBeCloseTo(normalQuantile(0.975), 7);
});

test("the half width and the tails undo each other; infinite t has no tail", () => {
  for (const df of [0.7, 3, 55])
    for (const level of [0.1, 0.9, 0.999])
      expect(studentTwoTails(studentHalfWidth(level, df), df)).toBeCloseTo(1 - level, 12);
  expect(studentTwoTails(Infinity, 4)).toBe(0);
  expect(studentTwoTails(0, 4)).toBe(1);
});

test("bugs of the caller", () => {
  expect(() => studentTwoTails(NaN, 4)).toThrow(ContractError);
  for (const df of [0, -1, NaN, Infinity]) expect(() => studentTwoTails(1, df)).toThrow(ContractError);
  for (const level of [0, 1, 95]) expect(() => studentHalfWidth(level, 4)).toThrow(ContractError);
});
