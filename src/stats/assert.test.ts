import { expect, test } from "vitest";
import {
  assertBinary,
  assertFinite,
  assertHorizon,
  assertLevel,
  assertSameLength,
  ContractError,
} from "./assert.ts";
import {
  aalenJohansen,
  aalenJohansenByGroup,
  aucAtHorizon,
  brierAtHorizon,
  brierContrast,
  calibrationGroups,
  calibrationSlope,
  competingCalibrationGroups,
  competingCalibrationSlope,
  competingDecisionCurve,
  competingObservedExpected,
  decisionCurve,
  grayTest,
  integratedBrier,
  kaplanMeierGap,
  logLossAtHorizon,
  logLossContrast,
  logRank,
  observedExpected,
  pseudoValues,
  splineCalibration,
  twoByTwoAtHorizon,
} from "./index.ts";

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

const patients = {
  time: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  event: Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 1),
  risk: Float64Array.of(0.9, 0.4, 0.8, 0.2, 0.3, 0.6, 0.1, 0.5),
  horizon: 4,
};
type Patients = typeof patients;
const competing = ({ event, ...rest }: Patients) => ({ ...rest, cause: event, nCauses: 1, of: 1 });
const thresholds = Float64Array.of(0.2);
const ofRisks: Readonly<Record<string, (given: Patients) => unknown>> = {
  brierAtHorizon,
  logLossAtHorizon,
  observedExpected,
  calibrationSlope,
  splineCalibration,
  calibrationGroups: (given) => calibrationGroups({ ...given, nGroups: 2 }),
  decisionCurve: (given) => decisionCurve({ ...given, thresholds }),
  brierContrast: (given) => brierContrast({ ...given, reference: patients.risk }),
  logLossContrast: (given) => logLossContrast({ ...given, reference: patients.risk }),
  competingObservedExpected: (given) => competingObservedExpected(competing(given)),
  competingCalibrationSlope: (given) => competingCalibrationSlope(competing(given)),
  competingCalibrationGroups: (given) => competingCalibrationGroups({ ...competing(given), nGroups: 2 }),
  competingDecisionCurve: (given) => competingDecisionCurve({ ...competing(given), thresholds }),
};

for (const [name, measure] of Object.entries(ofRisks))
  test(`${name} refuses a risk below 0 or above 1, such as a percentage, and a horizon that is NaN`, () => {
    expect(() => measure(patients)).not.toThrow();
    for (const wrong of [35, -1e-9, 1 + 1e-9, NaN, Infinity])
      expect(() => measure({ ...patients, risk: patients.risk.with(3, wrong) })).toThrow(ContractError);
    expect(() => measure({ ...patients, horizon: NaN })).toThrow(ContractError);
  });

test("what only ranks takes any finite score; a horizon that is NaN is refused there too", () => {
  const { time, event: cause, horizon } = patients;
  const score = { ...patients, risk: patients.risk.map((r) => 100 * r - 50) };
  expect(aucAtHorizon(score)).toEqual(aucAtHorizon(patients));
  expect(() => aucAtHorizon({ ...patients, horizon: NaN })).toThrow(ContractError);
  expect(() => twoByTwoAtHorizon({ ...patients, horizon: NaN, threshold: 0.5 })).toThrow(ContractError);
  expect(() => pseudoValues({ time, cause, nCauses: 1, state: 0, horizon: NaN })).toThrow(ContractError);
  expect(() => kaplanMeierGap({ time, cause, nCauses: 1, of: 1, horizon: NaN })).toThrow(ContractError);
  const risks = [patients.risk, patients.risk.with(0, 35)];
  expect(() => integratedBrier({ ...patients, horizons: Float64Array.of(2, horizon), risks })).toThrow(
    ContractError,
  );
});

test("numbers of groups, strata and causes are whole", () => {
  const { time, event } = patients;
  const group = new Uint32Array(8);
  const codes = new Uint16Array(8);
  for (const wrong of [1.5, -1, NaN, Infinity]) {
    expect(() => logRank({ time, event, group, nGroups: wrong })).toThrow(ContractError);
    expect(() => logRank({ time, event, group, nGroups: 1, stratum: group, nStrata: wrong })).toThrow(
      ContractError,
    );
    const causes = { time, cause: event, nCauses: 1, group: codes };
    expect(() => grayTest({ ...causes, nGroups: wrong, of: 1, rho: 0 })).toThrow(ContractError);
    expect(() => aalenJohansenByGroup({ ...causes, nGroups: wrong })).toThrow(ContractError);
    expect(() => aalenJohansen({ ...causes, nCauses: wrong })).toThrow(ContractError);
  }
  expect(() => aalenJohansen({ time, cause: event, nCauses: 256 })).toThrow("256 causes");
});
