import type { ComputedEstimate, Unit } from "../../evidence/estimate.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { type PerConsented, type TrialFunnel, trialFunnel } from "../../stats/trial-funnel.ts";
import { type WeightedShare, weightedShare } from "../../stats/weighted-share.ts";
import { type Context, countOf, estimateOf, type Outcome, shareOf } from "../estimate-of.ts";
import {
  type MatchingCount,
  type MatchingShare,
  marksOfCounts,
  matchingCounts,
  matchingShareNames,
  matchingShares,
  needsUnnamed,
  total,
  within,
} from "./matching-shares.ts";
import { chartStates, type ScreeningRows } from "./screening-rows.ts";
import { countedShare, weightedMethod, weightedOutcome } from "./share-outcome.ts";

export const shareLabels: Readonly<Record<MatchingShare, string>> = {
  eligible: "Eligible, of all",
  identified: "Named by the model, of the eligible",
  confirmed: "Confirmed, of the eligible named",
  consented: "Consented, of the eligible confirmed",
  "confirmed-of-eligible": "Confirmed, of the eligible",
  "consented-of-eligible": "Consented, of the eligible",
  "eligible-of-identified": "Eligible, of those named by the model",
};

const countLabels: Readonly<Record<MatchingCount, string>> = {
  told: "Charts that tell every step",
  named: "Charts of patients named by the model",
  eligible: "Charts of eligible patients",
  identified: "Charts of eligible patients named by the model",
  confirmed: "Charts of eligible patients confirmed",
  consented: "Charts of eligible patients who consented",
};

const plainMethod = "counted; interval on the logit scale, exact at 0 and 1";
const unread: NotEstimable = {
  notEstimable: "no chart of a patient whom the model does not name was read",
};
const whole = (rows: ScreeningRows): Context => ({ n: rows.n, evidence: "retrospective" });

/** Whether charts of patients whom the model does not name are among those that are told. */
export function hasUnnamed({ reached }: ScreeningRows): boolean {
  return reached.identified.some((mark) => mark === 0);
}

/** Every number of the funnel: counts, shares, what one consent takes, strata of the draw and groups. */
export function matchingEstimates(rows: ScreeningRows): ComputedEstimate[] {
  const { sample, reached } = rows;
  const marks = marksOfCounts(rows);
  const found = trialFunnel({ ...sample, ...reached, population: "infinite" });
  const shares = sharesOf(found);
  const drawn = sample.isDrawn;
  const named = (name: MatchingShare, suffix = "") => ({
    measure: `matching.${name}${suffix}`,
    label: `${shareLabels[name]}${suffix === "" ? (drawn ? ", weighted" : "") : ", unweighted"}`,
    unit: "proportion" as const,
    method: suffix === "" ? (drawn ? weightedMethod : plainMethod) : "counted; Wilson's interval",
  });
  const known = (name: MatchingShare, outcome: Outcome) =>
    needsUnnamed(name) && !hasUnnamed(rows) ? unread : outcome;
  return [
    ...statesOf(rows),
    ...countsOf(whole(rows), marks),
    ...matchingShareNames.flatMap((name) => {
      const { of, which } = matchingShares[name];
      return [
        estimateOf(whole(rows), named(name), known(name, weightedOutcome(shares[name], sample.names))),
        ...(drawn
          ? [
              estimateOf(
                whole(rows),
                named(name, "-unweighted"),
                known(name, countedShare(total(marks[which]), total(marks[of]))),
              ),
            ]
          : []),
      ];
    }),
    ...(drawn ? patientsAt(rows, found) : []),
    ...perConsent(rows, found),
    ...notEligible(rows),
    ...(drawn ? stratumCounts(rows, marks) : []),
    ...groupEstimates(rows, marks, known),
  ];
}

function statesOf(rows: ScreeningRows): ComputedEstimate[] {
  const labels = [
    "Charts that tell every step",
    "Charts that do not tell a step",
    "Charts in an impossible order",
  ];
  const measures = ["matching.told", "matching.not-told", "matching.impossible"];
  return [
    countOf(whole(rows), "matching.charts", "Charts screened", rows.n),
    ...chartStates.map((_, k) =>
      shareOf(whole(rows), measures[k]!, labels[k]!, rows.state.filter((one) => one === k).length, rows.n),
    ),
  ];
}

function countsOf(
  context: Context,
  marks: Readonly<Record<MatchingCount, Uint8Array>>,
  isIn: (chart: number) => boolean = () => true,
  where = "",
): ComputedEstimate[] {
  return matchingCounts.map((count) =>
    countOf(
      context,
      `matching.charts-${count}`,
      `${countLabels[count]}${where}`,
      total(within(marks[count], isIn)),
    ),
  );
}

function sharesOf({
  stages,
  eligibleOfIdentified,
}: TrialFunnel): Readonly<Record<MatchingShare, WeightedShare | NotEstimable>> {
  const [eligible, identified, confirmed, consented] = stages;
  return {
    eligible: eligible!.ofAll,
    identified: identified!.ofPrevious,
    confirmed: confirmed!.ofPrevious,
    consented: consented!.ofPrevious,
    "confirmed-of-eligible": confirmed!.ofEligible,
    "consented-of-eligible": consented!.ofEligible,
    "eligible-of-identified": eligibleOfIdentified,
  };
}

/** How many patients of all strata stand at each step. */
function patientsAt(rows: ScreeningRows, { stages, nPatients }: TrialFunnel): ComputedEstimate[] {
  return stages.map(({ stage, ofAll }) => {
    const outcome = weightedOutcome(ofAll, rows.sample.names);
    const scaled =
      "notEstimable" in outcome || !hasUnnamed(rows)
        ? "notEstimable" in outcome
          ? outcome
          : unread
        : {
            value: outcome.value * nPatients,
            lower: (outcome.lower ?? Number.NaN) * nPatients,
            upper: (outcome.upper ?? Number.NaN) * nPatients,
            ...(outcome.kind ? { kind: outcome.kind } : {}),
            decimals: 0,
          };
    const label = `Patients: ${countLabels[stage].replace(/^Charts of /, "")}, weighted`;
    return estimateOf(
      whole(rows),
      { measure: `matching.patients-${stage}`, label, unit: "number", method: weightedMethod },
      scaled,
    );
  });
}

function perConsent(
  rows: ScreeningRows,
  { identifiedPerConsented, patientsPerConsented }: TrialFunnel,
): ComputedEstimate[] {
  const outcome = (found: PerConsented | NotEstimable): Outcome =>
    isNotEstimable(found)
      ? weightedOutcome(found, rows.sample.names)
      : { value: found.value, lower: found.lower, upper: found.upper, decimals: 1 };
  const of = (measure: string, label: string, found: Outcome, unit: Unit = "number") =>
    estimateOf(
      whole(rows),
      {
        measure: `matching.${measure}`,
        label,
        unit,
        method: "one over the share that consents, its limits exchanged",
      },
      found,
    );
  return [
    of(
      "identified-per-consented",
      "Patients named by the model for each eligible one who consents",
      outcome(identifiedPerConsented),
    ),
    of(
      "patients-per-consented",
      "Patients for each eligible one named who consents",
      hasUnnamed(rows) ? outcome(patientsPerConsented) : unread,
    ),
  ];
}

/** Of charts that are told: patients confirmed, or in the trial, whose chart does not meet the criteria. */
function notEligible(rows: ScreeningRows): ComputedEstimate[] {
  const { reached } = rows;
  return (["confirmed", "consented"] as const).map((step) =>
    shareOf(
      whole(rows),
      `matching.not-eligible-${step}`,
      `Not eligible by the chart, of those ${step}`,
      total(within(reached[step], (i) => reached.eligible[i] === 0)),
      total(reached[step]),
    ),
  );
}

function stratumCounts(
  rows: ScreeningRows,
  marks: Readonly<Record<MatchingCount, Uint8Array>>,
): ComputedEstimate[] {
  const { sample, stratumOf } = rows;
  return sample.names.flatMap((name, h) =>
    countsOf(
      { ...whole(rows), n: stratumOf.filter((one) => one === h).length, stratum: `charts~${name}` },
      marks,
      (i) => sample.stratum[i] === h,
      `, ${name}`,
    ),
  );
}

function groupEstimates(
  rows: ScreeningRows,
  marks: Readonly<Record<MatchingCount, Uint8Array>>,
  known: (name: MatchingShare, outcome: Outcome) => Outcome,
): ComputedEstimate[] {
  const { sample, told, groups } = rows;
  return groups.flatMap(({ id, label, isMember }) => {
    const isIn = (i: number) => isMember[told[i]!] === 1;
    const context: Context = { ...whole(rows), n: total(isMember), stratum: id };
    const share = (name: MatchingShare) => {
      const { of, which } = matchingShares[name];
      const [numerator, denominator] = [within(marks[which], isIn), within(marks[of], isIn)];
      return estimateOf(
        context,
        {
          measure: `matching.${name}`,
          label: `${shareLabels[name]}, ${label}${sample.isDrawn ? ", weighted" : ""}`,
          unit: "proportion",
          method: sample.isDrawn ? weightedMethod : plainMethod,
        },
        known(
          name,
          weightedOutcome(
            weightedShare({ ...sample, population: "infinite", numerator, denominator }),
            sample.names,
          ),
        ),
      );
    };
    return [...countsOf(context, marks, isIn, `, ${label}`), ...matchingShareNames.map(share)];
  });
}
