import { counted } from "../evidence/format.ts";
import type { Requirement } from "../evidence/requirement.ts";
import type { Approval, Protocol, Review } from "../protocol/index.ts";
import { delayOfLimit } from "./delay.ts";
import { isLapsed } from "./gates.ts";

const shadowingHours = 20;

type Shown = Pick<Requirement, "id" | "name" | "state" | "found"> & Partial<Requirement>;

/** Everything beside the seven gates and the acceptance criteria that must be shown. */
export function otherRequirements(protocol: Protocol, asOf: string): Requirement[] {
  const shown: readonly Shown[] = [
    approval("irb", "IRB approval", protocol.approvals.irb, asOf),
    approval("dua", "data use agreement", protocol.approvals.dua, asOf),
    review("privacy-review", "privacy review", protocol.privacyReview, asOf),
    review("harm-review", "harm review", protocol.harmReview, asOf),
    harmScenarios(protocol),
    worstHarm(protocol),
    successOwner(protocol),
    monitoringPlan(protocol),
    shadowing(protocol),
  ];
  return shown.map((requirement) => ({
    kind: "procedural",
    neededFor: "silent",
    evidence: [],
    ...requirement,
  }));
}

function approval(
  key: string,
  name: string,
  { status, id, because, expires }: Approval,
  asOf: string,
): Shown {
  const base = { id: `approval.${key}`, name, ...(expires ? { expires } : {}) };
  if (status === "missing")
    return { ...base, state: "no evidence", found: ["missing"], remedy: `Obtain the ${name}.` };
  if (isLapsed(expires, asOf)) {
    return {
      ...base,
      state: "fail",
      lapsed: true,
      found: [`lapsed ${expires}`],
      remedy: `Renew the ${name}.`,
    };
  }
  const what =
    status === "approved"
      ? (id ?? "approved")
      : `${status.replace("-", " ")}${because ? `, ${because}` : ""}`;
  return { ...base, state: "pass", found: [expires ? `${what} to ${expires}` : what] };
}

function review(id: string, name: string, evidence: Review | null, asOf: string): Shown {
  if (!evidence)
    return {
      id,
      name,
      state: "no evidence",
      found: ["none"],
      remedy: `Hold the ${name} and file its document.`,
    };
  if (isLapsed(evidence.expires, asOf)) {
    return {
      id,
      name,
      state: "fail",
      lapsed: true,
      found: [`lapsed ${evidence.expires}`],
      remedy: `Repeat the ${name}.`,
    };
  }
  return { id, name, state: "pass", found: [`${evidence.document}, ${evidence.date}, ${evidence.by}`] };
}

function harmScenarios({ harms, model }: Protocol): Shown {
  const base = { id: "harm-scenarios", name: "a harm scenario for each feature" };
  const without = model.features.filter((feature) => !harms.some((harm) => harm.feature === feature));
  if (without.length > 0 || model.features.length === 0) {
    return {
      ...base,
      state: "no evidence",
      found: [without.length > 0 ? `none for ${without.join(", ")}` : "no feature named"],
      remedy: "Write for each feature who is harmed, how, after what delay, and how it is found.",
    };
  }
  return {
    ...base,
    state: "pass",
    found: [`${counted(harms.length, "scenario")} for ${counted(model.features.length, "feature")}`],
  };
}

/** Harm that delays care by more than the limit is incurable: the feature must go. */
function worstHarm({ harms, worstDelayDays }: Protocol): Shown {
  const base = { id: "worst-harm", name: "worst delay within the limit" };
  if (harms.length === 0)
    return { ...base, state: "no evidence", found: ["no scenario"], remedy: "Write the scenarios." };
  const worst = Math.max(...harms.map(({ delayDays }) => delayDays));
  const found = [delayOfLimit(worst, worstDelayDays)];
  if (worst <= worstDelayDays) return { ...base, state: "pass", found };
  return {
    ...base,
    state: "fail",
    incurable: true,
    found,
    remedy: "Remove the feature that can delay care so long.",
  };
}

function successOwner({ question }: Protocol): Shown {
  const { role, name, signed } = question.successOwner;
  const base = { id: "success-owner", name: "a signed owner of success" };
  if (name === null)
    return {
      ...base,
      state: "no evidence",
      found: [`${role}: nobody named`],
      remedy: "Name one person, who signs.",
    };
  if (signed === null)
    return {
      ...base,
      state: "no evidence",
      found: [`${name} has not signed`],
      remedy: "Let the owner sign.",
    };
  return { ...base, state: "pass", found: [`${name}, signed ${signed}`] };
}

function monitoringPlan({ monitoring }: Protocol): Shown {
  const base = { id: "monitoring-plan", name: "a monitoring plan" };
  if (!monitoring)
    return {
      ...base,
      state: "no evidence",
      found: ["none"],
      remedy: "Name signals, limits, rhythm and an owner.",
    };
  if (monitoring.owner === null || monitoring.signals.length === 0) {
    const missing = monitoring.owner === null ? "no owner" : "no signal";
    return { ...base, state: "no evidence", found: [missing], remedy: "Name an owner and the signals." };
  }
  return {
    ...base,
    state: "pass",
    found: [`${counted(monitoring.signals.length, "signal")}, ${monitoring.review}, ${monitoring.owner}`],
  };
}

function shadowing({ shadowing: evidence }: Protocol): Shown {
  const base = { id: "shadowing", name: `${shadowingHours} h of shadowing`, neededFor: "pilot" as const };
  const hours = evidence?.hours ?? 0;
  const found = [`${hours} of ${shadowingHours} h`];
  return hours >= shadowingHours
    ? { ...base, state: "pass", found }
    : {
        ...base,
        state: "no evidence",
        found,
        remedy: "Watch the people who would act on it before the pilot.",
      };
}
