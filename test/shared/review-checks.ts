import { isNotEstimable, type NotEstimable } from "../../src/stats/not-estimable.ts";
import { type ReviewedAccuracy, reviewedAccuracy } from "../../src/stats/stratified-review.ts";
import { assertClose } from "../reference/reference.ts";
import { type Checks, closedForm } from "./checks.ts";
import { type YardstickCase, yardstick } from "./yardstick.ts";

const file = "proportions_agreement_drift";
const cases = yardstick(file).filter(({ id }) => id.startsWith("chartreview."));

interface Charts {
  readonly h: readonly string[];
  readonly a: readonly number[];
  readonly y: readonly number[];
  readonly stratum: readonly string[];
  readonly N_h: readonly number[];
}

// The charts stand with the first case of each set.
function chartsOf({ id }: YardstickCase): Charts {
  const set = id.split(".")[1];
  const first = cases.find((other) => other.input && other.id.split(".")[1] === set);
  if (!first) throw new Error(`${id} has no charts`);
  return first.input as unknown as Charts;
}

const names: Readonly<Record<string, keyof ReviewedAccuracy>> = {
  sens: "sensitivity",
  spec: "specificity",
  ppv: "ppv",
  npv: "npv",
  prev: "prevalence",
};

function compare(reference: YardstickCase): void {
  const { h, a, y, stratum, N_h } = chartsOf(reference);
  const [, , call] = reference.id.split(".");
  const accuracy = reviewedAccuracy({
    stratum: Uint16Array.from(h, (name) => [stratum].flat().indexOf(name)),
    sizes: Float64Array.from([N_h].flat()),
    alert: Uint8Array.from(a),
    truth: Uint8Array.from(y),
    population: call!.endsWith("_nofpc") ? "infinite" : "finite",
  });
  const name = names[call!.replace(/^(survey|svyciprop)_|_nofpc$/g, "")];
  if (name === undefined) throw new Error(`${reference.id} is of no share`);
  const share = accuracy[name];
  if (isNotEstimable(share)) throw new Error(share.notEstimable);
  const { est, se, logit_lower: lower, logit_upper: upper } = reference.expected;
  // svyciprop's estimate is that of an iterated fit.
  const tolerance = call!.startsWith("svyciprop") ? { relative: 1e-8, absolute: 1e-9 } : closedForm;
  assertClose([share.value, share.stdError], [est, se], tolerance);
  if (lower === undefined) return;
  const limits = limitsOf(share.interval);
  assertClose(limits, [lower, upper], closedForm);
}

/** NaN where there is none, as in R. */
function limitsOf(interval: { lower: number; upper: number } | NotEstimable): readonly [number, number] {
  return isNotEstimable(interval) ? [Number.NaN, Number.NaN] : [interval.lower, interval.upper];
}

const tQuantile =
  "svyciprop takes a t quantile for its limits, ours the normal one: value and standard error agree";
const exceptions: Checks["exceptions"] = Object.fromEntries(
  ["two_strata", "four_strata", "zero_fn"].flatMap((set) =>
    ["sens", "ppv"].map((share) => [
      `chartreview.${set}.svyciprop_${share}`,
      { because: tQuantile, check: compare },
    ]),
  ),
);

export const reviewChecks: Checks = { covered: [[/^chartreview\./, compare]], exceptions };
