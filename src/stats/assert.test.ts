import { expect, test } from "vitest";
import {
  assertBinary,
  assertFinite,
  assertHorizon,
  assertLevel,
  assertSameLength,
  ContractError,
} from "./assert.ts";

test("columns of one length pass, others are named with their lengths", () => {
  expect(() => assertSameLength({ time: new Float64Array(2), event: new Uint8Array(2) })).not.toThrow();
  expect(() => assertSameLength({})).not.toThrow();
  expect(() => assertSameLength({ time: new Float64Array(2), event: new Uint8Array(3) })).toThrow(
    new ContractError("columns differ in length: time 2, event 3"),
  );
});

test("NaN and infinities are not finite", () => {
  expect(() => assertFinite({ time: Float64Array.of(0, -1, 1e308) })).not.toThrow();
  expect(() => assertFinite({ time: Float64Array.of(0, NaN) })).toThrow(
    "time[1] is NaN, not a finite number",
  );
  expect(() => assertFinite({ time: Float64Array.of(-Infinity) })).toThrow(ContractError);
});

test("events are 0 or 1, levels between 0 and 1", () => {
  expect(() => assertBinary({ event: Uint8Array.of(0, 1) })).not.toThrow();
  expect(() => assertBinary({ event: Uint8Array.of(0, 2) })).toThrow("event[1] is 2, not 0 or 1");
  for (const horizon of [0, 1, Infinity]) expect(() => assertHorizon(horizon)).not.toThrow();
  expect(() => assertHorizon(NaN)).toThrow("the horizon is NaN");
  expect(() => assertLevel(0.95)).not.toThrow();
  for (const level of [0, 1, NaN]) expect(() => assertLevel(level)).toThrow(ContractError);
});
