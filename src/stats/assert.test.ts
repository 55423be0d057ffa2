import { describe, expect, test } from "vitest";
import {
  assertBinary,
  assertCodes,
  assertFinite,
  assertGroups,
  assertHorizon,
  assertLevel,
  assertSameLength,
  assertWord,
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
  cohenKappa,
  competingCalibrationGroups,
  competingCalibrationSlope,
  competingDecisionCurve,
  competingObservedExpected,
  concordance,
  coxRegression,
  coxSurvival,
  decisionCurve,
  fineGray,
  flemingHarrington,
  grayTest,
  integratedBrier,
  kaplanMeier,
  kaplanMeierGap,
  logLossAtHorizon,
  logLossContrast,
  logRank,
  nelsonAalen,
  observedExpected,
  proportionalHazardsTest,
  pseudoValues,
  restrictedMean,
  splineCalibration,
  survivalAt,
  survivalBand,
  survivalInterval,
  survivalQuantile,
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

test("an unknown word is named beside those that are known", () => {
  expect(() => assertWord("ties", "breslow", ["efron", "breslow"])).not.toThrow();
  expect(() => assertWord("ties", "exact", ["efron", "breslow"])).toThrow(
    new ContractError('no ties "exact": expected one of efron, breslow'),
  );
  for (const word of [undefined, null, 1, {}, Symbol("efron")])
    expect(() => assertWord("ties", word, ["efron"])).toThrow(ContractError);
});

describe("a caller without types who asks for what there is not is told the words", () => {
  const { time, event, risk } = patients;
  const data = { time, event, covariates: [risk] };
  const fit = coxRegression({ ...data, ties: "efron" });
  const [table, of] = [
    [
      [1, 1],
      [1, 2],
    ],
    [{ covariates: Float64Array.of(0.5) }],
  ];
  const curve = kaplanMeier(time, event);
  const scales = "log, plain, log-log, logit, arcsin";
  test.each<[option: string, known: string, ask: (word: never) => unknown]>([
    ["weighting", "harrell, uno", (weighting) => concordance({ time, event, score: risk, weighting })],
    ["ties", "efron, breslow", (ties) => coxRegression({ ...data, ties })],
    ["variance", "model, robust", (variance) => coxRegression({ ...data, ties: "efron", variance })],
    ["variance", "greenwood, robust", (variance) => kaplanMeier(time, event, { variance })],
    ["variance", "greenwood, robust", (variance) => nelsonAalen(time, event, { variance })],
    [
      "transform",
      "identity, log, rank, km",
      (transform) => proportionalHazardsTest(fit, data, { transform }),
    ],
    ["scale", scales, (scale) => survivalInterval({ survival: 0.5, stdError: 0.1, level: 0.9, scale })],
    ["scale", scales, (scale) => survivalBand(curve, 0.9, scale)],
    ["scale", scales, (scale) => survivalAt(curve, 0, 0.9, scale)],
    ["scale", scales, (scale) => survivalQuantile(curve, 0.5, 0.9, scale)],
    ["scale", scales, (scale) => coxSurvival(fit, data, { patients: of, scale })],
    ["weights", "unweighted, linear, quadratic", (weights) => cohenKappa(table, { weights })],
  ])("%s: %s", (option, known, ask) => {
    // Properties that every object has are no words either.
    for (const word of ["other", "", "constructor", "toString"])
      expect(() => ask(word as never)).toThrow(
        new ContractError(`no ${option} "${word}": expected one of ${known}`),
      );
    expect(() => ask(null as never)).toThrow(ContractError);
  });
});

test("codes are below their number, and their number is no more than the rows, or 1,000", () => {
  const codes = Uint32Array.of(0, 2);
  expect(() => assertCodes("stratum", codes, { n: 1000, what: "strata" })).not.toThrow();
  expect(() => assertCodes("stratum", new Uint32Array(2000), { n: 2000, what: "strata" })).not.toThrow();
  expect(() => assertCodes("stratum", codes, { n: 2, what: "strata" })).toThrow(
    "stratum[1] is 2, of 2 strata",
  );
  expect(() => assertCodes("stratum", codes, { n: 1001, what: "strata" })).toThrow(
    "1001 strata for 2 rows: number them from 0",
  );
  expect(() => assertCodes("stratum", codes, { n: 2.5, what: "strata" })).toThrow("2.5 strata");
  expect(() => assertGroups(1000)).not.toThrow();
  expect(() => assertGroups(1001)).toThrow("1001 groups, at most 1000 are allowed");
});

test("a huge number of groups or strata is refused before it takes memory; clusters may have any code", () => {
  const { time, event, risk } = patients;
  const huge = 4e9;
  const codes = new Uint32Array(8).fill(huge - 1);
  const refused = (ask: () => unknown) => {
    expect(ask).toThrow(ContractError);
  };
  const strata = { stratum: codes, nStrata: huge };
  const group = new Uint32Array(8);
  const causes = { time, cause: event, nCauses: 1, group: new Uint16Array(8) };
  refused(() => logRank({ time, event, group: codes, nGroups: huge }));
  refused(() => logRank({ time, event, group, nGroups: 1, ...strata }));
  refused(() => coxRegression({ time, event, covariates: [risk], ties: "efron", ...strata }));
  refused(() => grayTest({ ...causes, nGroups: huge, of: 1, rho: 0 }));
  refused(() => aalenJohansenByGroup({ ...causes, nGroups: huge }));
  refused(() => calibrationGroups({ ...patients, nGroups: huge }));
  refused(() => competingCalibrationGroups({ ...competing(patients), nGroups: huge }));
  const stratum = new Int32Array(8);
  for (const nStrata of [huge, 1.5, NaN, -1])
    refused(() => twoByTwoAtHorizon({ ...patients, threshold: 0.5, stratum, nStrata }));
  refused(() => twoByTwoAtHorizon({ ...patients, threshold: 0.5, nStrata: 2 }));
  const many = new Float64Array(1001).fill(1);
  const censoringGroup = Uint16Array.from(many, (_, i) => i);
  const competitors = { time: many, cause: new Uint8Array(1001), nCauses: 1, of: 1, covariates: [] };
  expect(() => fineGray({ ...competitors, censoringGroup })).toThrow("1001 groups, at most 1000 are allowed");
  const cluster = Uint32Array.of(0, 1, 2, 0, 1, 2, 3, 3);
  const far = cluster.map((code) => huge - 7 * code);
  const clustered = { time, event, covariates: [risk], ties: "efron" } as const;
  expect(coxRegression({ ...clustered, cluster: far })).toEqual(coxRegression({ ...clustered, cluster }));
});

test("a restricted mean is that of a Kaplan–Meier curve: the standard error of others is another", () => {
  const { time, event } = patients;
  expect(() => restrictedMean(flemingHarrington(time, event), 4)).toThrow(
    "restricted mean of a curve with fleming-harrington variance",
  );
});
