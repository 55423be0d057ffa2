import type { Finding } from "../evidence/finding.ts";
import type { Requirement, Stage } from "../evidence/requirement.ts";
import type { Verdict } from "../evidence/verdict.ts";
import type { Protocol } from "../protocol/index.ts";
import { acceptanceRequirements, rowsIn } from "./acceptance.ts";
import { flagCost } from "./burden.ts";
import { gates } from "./gates.ts";
import { otherRequirements } from "./requirements.ts";
import { verdict } from "./verdict.ts";

/** What can be said of a study before there are data. */
export interface Triage {
  readonly verdict: Verdict;
  /** In order of the stage that first needs them. */
  readonly requirements: readonly Requirement[];
  /** Those of them that are not `pass`. */
  readonly missing: readonly Requirement[];
  readonly findings: readonly Finding[];
}

const stages: readonly Stage[] = ["silent", "pilot", "live"];

/**
 * The verdict on a study from its protocol alone: every requirement as `decide` evaluates it, with nothing measured.
 *
 * What the protocol shows by itself can stop the study (a harm engine, a worst harm beyond its limit, a serious
 * finding); nothing in it can let the model run, so the best word is HOLD. `findings` are those on the protocol.
 */
export function triage(
  protocol: Protocol,
  { asOf, findings }: { readonly asOf: string; readonly findings: readonly Finding[] },
): Triage {
  const nothing = new Map();
  const all = [
    ...gates(protocol, nothing, { asOf, replay: "no model" }).map((gate) =>
      gate.gate === 2 ? burdenPlanned(gate, protocol) : gate,
    ),
    ...acceptanceRequirements(protocol.acceptance, nothing, rowsIn(protocol)).map(toMeasure),
    ...otherRequirements(protocol, asOf),
  ];
  const requirements = stages.flatMap((stage) => all.filter(({ neededFor }) => neededFor === stage));
  const every = [...findings, ...burdenAtLimits(protocol)];
  return {
    verdict: verdict(all, every),
    requirements,
    missing: requirements.filter(({ state }) => state !== "pass"),
    findings: every,
  };
}

/** Gate 2 before anything is measured: how many false flags its limit allows. */
function burdenPlanned(gate: Requirement, { burden }: Protocol): Requirement {
  const { usd } = flagCost(burden.perFalsePositive);
  const scored = burden.volume.scoredPerMonth.toLocaleString("en-US");
  const allowed = Math.floor(burden.limitUsdPerMonth / usd.mid).toLocaleString("en-US");
  const found =
    usd.mid === 0 ? "a false flag costs nothing" : `${allowed} false flags allowed, ${scored} scored`;
  return { ...gate, found: [found], remedy: "Count the false flags on records, then live." };
}

function toMeasure(criterion: Requirement): Requirement {
  const [, ...limit] = criterion.found;
  return {
    ...criterion,
    reason: "not measured",
    found: ["not measured", ...limit],
    remedy: "Measure it on records that the model has not seen.",
  };
}

/**
 * What a model costs that just meets the protocol's own limits on sensitivity and PPV.
 *
 *     false flags a month = scored · event rate · sensitivity · (1 − PPV) / PPV
 *
 * Beyond the limit even at the low end of minutes and wages, the limits of the protocol exclude each other.
 */
function burdenAtLimits({ burden, acceptance, endpoint }: Protocol): Finding[] {
  const least = (wanted: "sensitivity" | "ppv") => {
    const limit = acceptance.find(({ measure, worstOf }) => measure === wanted && !worstOf)?.limit;
    return limit?.kind === "atLeast" ? limit.value : limit?.kind === "between" ? limit.low : undefined;
  };
  const [sensitivity, ppv] = [least("sensitivity"), least("ppv")];
  const rate = endpoint.expectedEventRate;
  if (!sensitivity || !ppv || !rate) return [];
  const falseFlags = (burden.volume.scoredPerMonth * rate * sensitivity * (1 - ppv)) / ppv;
  const { usd } = flagCost(burden.perFalsePositive);
  const cost = { low: falseFlags * usd.low, mid: falseFlags * usd.mid, high: falseFlags * usd.high };
  if (cost.high <= burden.limitUsdPerMonth) return [];
  const dollars = (value: number) => `$${Math.round(value).toLocaleString("en-US")}`;
  const range =
    cost.low === cost.high
      ? dollars(cost.mid)
      : `${dollars(cost.mid)} (${dollars(cost.low)}–${dollars(cost.high)})`;
  return [
    {
      id: "burden.at-limits",
      stage: "burden",
      severity: cost.low > burden.limitUsdPerMonth ? "serious" : "concern",
      sentence: [
        `A model that just meets the limits on sensitivity and PPV flags ${Math.round(falseFlags).toLocaleString("en-US")} ` +
          `patients a month for nothing: ${range}, limit ${dollars(burden.limitUsdPerMonth)}.`,
      ],
      estimates: [],
      remedy: "Ask for a higher PPV, make a false flag cheaper, or score fewer patients.",
    },
  ];
}
