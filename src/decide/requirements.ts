import { counted } from "../evidence/format.ts";
import { fromProtocol, type Phrase } from "../evidence/phrase.ts";
import type { Requirement } from "../evidence/requirement.ts";
import type { Approval, Protocol, Review } from "../protocol/index.ts";
import { delayOfLimit, worstPlace } from "./delay.ts";
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
  const field = `approvals.${key}`;
  if (status === "missing")
    return { ...base, state: "no evidence", found: ["missing"], remedy: `Obtain the ${name}.` };
  if (isLapsed(expires, asOf)) {
    return {
      ...base,
      state: "fail",
      lapsed: true,
      found: ["lapsed ", ...fromProtocol(`${field}.expires`, expires!)],
      remedy: `Renew the ${name}.`,
    };
  }
  const what: Phrase =
    status === "approved"
      ? fromProtocol(`${field}.id`, id ?? "approved")
      : [status.replace("-", " "), ...(because ? [", ", ...fromProtocol(`${field}.because`, because)] : [])];
  const until = expires ? [" to ", ...fromProtocol(`${field}.expires`, expires)] : [];
  return { ...base, state: "pass", found: [...what, ...until] };
}

function review(id: string, name: string, evidence: Review | null, asOf: string): Shown {
  const field = id.replace("-", "_");
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
      found: ["lapsed ", ...fromProtocol(`${field}.expires`, evidence.expires!)],
      remedy: `Repeat the ${name}.`,
    };
  }
  const found = [
    ...fromProtocol(`${field}.document`, evidence.document),
    ", ",
    ...fromProtocol(`${field}.date`, evidence.date),
    ", ",
    ...fromProtocol(`${field}.by`, evidence.by),
  ];
  return { id, name, state: "pass", found };
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
    found: [
      ...fromProtocol("harms", counted(harms.length, "scenario")),
      " for ",
      ...fromProtocol("model.features", counted(model.features.length, "feature")),
    ],
  };
}

/** Harm that delays care by more than the limit is incurable: the feature must go. */
function worstHarm({ harms, worstDelayDays }: Protocol): Shown {
  const base = { id: "worst-harm", name: "worst delay within the limit" };
  if (harms.length === 0)
    return { ...base, state: "no evidence", found: ["no scenario"], remedy: "Write the scenarios." };
  const found = delayOfLimit(harms, worstDelayDays);
  if (harms[worstPlace(harms)]!.delayDays <= worstDelayDays) return { ...base, state: "pass", found };
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
  const field = "question.success_owner";
  return {
    ...base,
    state: "pass",
    found: [...fromProtocol(`${field}.name`, name), ", signed ", ...fromProtocol(`${field}.signed`, signed)],
  };
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
    found: [
      ...fromProtocol("monitoring.signals", counted(monitoring.signals.length, "signal")),
      ", ",
      ...fromProtocol("monitoring.review", monitoring.review),
      ", ",
      ...fromProtocol("monitoring.owner", monitoring.owner),
    ],
  };
}

function shadowing({ shadowing: evidence }: Protocol): Shown {
  const base = { id: "shadowing", name: `${shadowingHours} h of shadowing`, neededFor: "pilot" as const };
  const hours = evidence?.hours ?? 0;
  const field = evidence ? "shadowing_hours.hours" : "shadowing_hours";
  const found = [{ field, text: String(hours) }, ` of ${shadowingHours} h`];
  return hours >= shadowingHours
    ? { ...base, state: "pass", found }
    : {
        ...base,
        state: "no evidence",
        found,
        remedy: "Watch the people who would act on it before the pilot.",
      };
}
