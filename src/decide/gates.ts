import type { ReplayState } from "../assess/index.ts";
import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import { fromProtocol, type Phrase } from "../evidence/phrase.ts";
import type { Requirement, Stage } from "../evidence/requirement.ts";
import type { Protocol } from "../protocol/index.ts";
import { judge } from "./acceptance.ts";
import type { EstimateBook } from "./estimate-book.ts";
import { type Found, provenanceGate } from "./provenance-gate.ts";

/** When each of the seven launch gates must be passed; gates 4 and 7 are measured in the pilot. */
const neededFor: readonly Stage[] = ["silent", "pilot", "pilot", "live", "pilot", "silent", "live"];

/** The seven launch gates, in order. */
export function gates(
  protocol: Protocol,
  book: EstimateBook,
  { asOf, replay }: { readonly asOf: string; readonly replay: ReplayState },
): Requirement[] {
  const found: readonly (Found & { readonly name: string })[] = [
    { name: "Provenance", ...provenanceGate(protocol, book, replay) },
    { name: "Burden", ...burdenGate(protocol, book) },
    { name: "Fallback", ...fallback(protocol, asOf) },
    { name: "Net load", ...netLoad(protocol, asOf) },
    { name: "Outages", ...outages(protocol, asOf) },
    { name: "Incentives", ...incentives(protocol) },
    { name: "Peer training", ...peerTraining(protocol, asOf) },
  ];
  return found.map(
    (gate, i): Requirement => ({
      id: `gate.${i + 1}`,
      gate: i + 1,
      kind: "procedural",
      evidence: [],
      neededFor: neededFor[i]!,
      ...gate,
    }),
  );
}

/** True where evidence with an expiry has passed it. */
export function isLapsed(expires: string | undefined, asOf: string): boolean {
  return expires !== undefined && expires < asOf;
}

function lapsed(expires: string, what: string, field: string): Found {
  return {
    state: "fail",
    lapsed: true,
    found: [`${what} lapsed `, ...fromProtocol(`${field}.expires`, expires)],
    expires,
    remedy: `Renew: ${what}.`,
  };
}

/**
 * Passed at the high end of the given minutes and wages, failed at the low end; the end that decides is shown, and
 * both where all of the high end and not all of the low end is beyond the limit.
 */
function burdenGate(protocol: Protocol, book: EstimateBook): Found {
  const { limitUsdPerMonth, perFalsePositive } = protocol.burden;
  const id = "burden.cost";
  const cost: ComputedEstimate | undefined = book.get(id);
  if (perFalsePositive.length === 0 || !cost) {
    return {
      state: "no evidence",
      kind: "measured",
      found: ["no steps given"],
      remedy: "Time what a false flag causes.",
    };
  }
  if (!isKnown(cost)) {
    return {
      state: "no evidence",
      reason: "not estimable",
      kind: "measured",
      found: ["cost not estimable"],
      evidence: [id],
      remedy: "Make the false flags estimable: find patients of known status.",
    };
  }
  const highId = book.has("burden.cost-high") ? "burden.cost-high" : id;
  const lowId = book.has("burden.cost-low") ? "burden.cost-low" : id;
  const limit = { kind: "atMost", value: limitUsdPerMonth } as const;
  const [atLow, atHigh] = [judge(book.get(lowId), limit, "bound"), judge(book.get(highId), limit, "bound")];
  const state = atHigh === "pass" ? "pass" : atLow === "fail" ? "fail" : "no evidence";
  const base = { state, kind: "measured", evidence: [...new Set([id, lowId, highId])] } as const;
  const ofLimit: Phrase = [" of ", { id: "burden.limit", part: "value" }];
  if (state === "pass") return { ...base, found: [{ id, part: "value" }, ...ofLimit] };
  if (state === "no evidence" && atHigh === "fail" && lowId !== highId) {
    return {
      ...base,
      reason: "low and high end span the limit",
      found: ["low end ", { id: lowId, part: "value" }, ", high ", { id: highId, part: "value" }, ...ofLimit],
      remedy: "Time what a false flag causes more closely, or make it cheaper.",
    };
  }
  const [decisive, end] = state === "fail" ? [lowId, "low end "] : [highId, "high end "];
  return {
    ...base,
    reason: state === "fail" ? "beyond the limit" : "interval spans the limit",
    found: [
      ...(decisive === id ? [] : [end]),
      { id: decisive, part: "value" },
      " (",
      { id: decisive, part: "interval" },
      ")",
      ...ofLimit,
    ],
    remedy: "Flag fewer patients for nothing, or make a false flag cheaper.",
  };
}

function fallback({ fallback: evidence }: Protocol, asOf: string): Found {
  if (!evidence)
    return {
      state: "no evidence",
      found: ["no document"],
      remedy: "Write and drill a fallback without the model.",
    };
  const { lastDrill, concordance, expires } = evidence;
  if (isLapsed(expires, asOf)) return lapsed(expires!, "fallback drill", "fallback");
  if (lastDrill === null)
    return { state: "no evidence", found: ["never drilled"], remedy: "Drill the fallback." };
  const found = ["drill ", ...fromProtocol("fallback.last_drill", lastDrill)];
  if (concordance === null) {
    return {
      state: "no evidence",
      found,
      remedy: "Measure how often the fallback decides alike.",
    };
  }
  return { state: "pass", found, ...(expires ? { expires } : {}) };
}

function netLoad({ timeOnTask }: Protocol, asOf: string): Found {
  if (!timeOnTask) {
    return {
      state: "no evidence",
      found: ["no time study"],
      remedy: "Time every role before and during the pilot.",
    };
  }
  if (isLapsed(timeOnTask.expires, asOf)) return lapsed(timeOnTask.expires!, "time study", "time_on_task");
  const net = timeOnTask.roles.reduce(
    (sum, { beforeMinutes, afterMinutes }) => sum + afterMinutes - beforeMinutes,
    0,
  );
  const sign = net > 0 ? "+" : net < 0 ? "−" : "";
  const found = [{ field: "time_on_task.roles", text: `${sign}${Math.abs(net).toFixed(1)}` }, " min net"];
  return net > 0
    ? { state: "fail", found, remedy: "Take work away from the roles that gained it." }
    : { state: "pass", found, ...(timeOnTask.expires ? { expires: timeOnTask.expires } : {}) };
}

function outages({ downtimeLog }: Protocol, asOf: string): Found {
  if (!downtimeLog || downtimeLog.outages === 0) {
    return {
      state: "no evidence",
      found: [
        { field: downtimeLog ? "downtime_log.outages" : "downtime_log", text: "0" },
        " outages replayed",
      ],
      remedy: "Replay the outages of the last years.",
    };
  }
  if (isLapsed(downtimeLog.expires, asOf))
    return lapsed(downtimeLog.expires!, "outage replay", "downtime_log");
  const found = [
    { field: "downtime_log.safe", text: String(downtimeLog.safe) },
    " of ",
    { field: "downtime_log.outages", text: String(downtimeLog.outages) },
    " safe",
  ];
  return downtimeLog.safe < downtimeLog.outages
    ? { state: "fail", found, remedy: "Mend what the unsafe outages showed, and replay them." }
    : { state: "pass", found };
}

function incentives({ contract }: Protocol): Found {
  if (contract.fee === "unknown")
    return { state: "no evidence", found: ["fee unknown"], remedy: "Read the contract." };
  if (contract.fee === "per-alert" || contract.fee === "per-use") {
    return {
      state: "fail",
      incurable: true,
      found: [`paid ${contract.fee.replace("-", " ")}`],
      remedy: "Renegotiate: no fee may grow with alerts.",
    };
  }
  return { state: "pass", found: [contract.fee === "fixed" ? "fixed fee" : "no fee"] };
}

/** A session counts where the vendor did not lead it and it has not lapsed. */
function peerTraining({ training }: Protocol, asOf: string): Found {
  const sessions = training ?? [];
  if (sessions.length === 0) {
    return {
      state: "no evidence",
      found: ["no session"],
      remedy: "Let staff train staff, without the vendor, in each unit.",
    };
  }
  const units = [...new Set(sessions.map(({ unit }) => unit))];
  const peerLed = (unit: string) => sessions.filter((session) => session.unit === unit && !session.vendor);
  const valid = units.filter((unit) => peerLed(unit).some(({ expires }) => !isLapsed(expires, asOf)));
  const field = "training";
  const found = [
    { field, text: String(valid.length) },
    " of ",
    { field, text: String(units.length) },
    " units",
  ];
  if (valid.length === units.length) return { state: "pass", found };
  const onlyLapsed = units.every((unit) => peerLed(unit).length > 0);
  return onlyLapsed
    ? { state: "fail", lapsed: true, found, remedy: "Repeat the sessions that have lapsed." }
    : { state: "no evidence", found, remedy: "Hold a session led by staff in each unit." };
}
