import { counted } from "../evidence/format.ts";
import { given, type Normalising, noneToNull } from "./normalising.ts";
import type { Protocol } from "./protocol.ts";
import type {
  Approval,
  Burden,
  BurdenStep,
  Claim,
  Contract,
  Disclosure,
  Harm,
  Review,
} from "./protocol-evidence.ts";
import type { ProtocolInput } from "./schema.ts";
import type { Range } from "./units.ts";
import type { ClaimMeasure } from "./vocabulary.ts";
import type { Path } from "./yaml-source.ts";

/** Counts from 1 to 10 are hidden unless the protocol says otherwise. */
const defaultMinimumCell = 11;
const defaultLimitUsdPerMonth = 5000;

type StepInput = ProtocolInput["burden"]["per_false_positive"][number];
type Gates = Pick<
  Protocol,
  | "privacyReview"
  | "harmReview"
  | "shadowing"
  | "fallback"
  | "timeOnTask"
  | "downtimeLog"
  | "contract"
  | "training"
  | "monitoring"
>;

export function normaliseBurden(work: Normalising): Burden {
  const { burden } = work.input;
  const steps = (list: "per_false_positive" | "per_true_positive", inputs: readonly StepInput[] = []) =>
    inputs.map((input, index) => burdenStep(work, ["burden", list, index], input));
  return {
    volume: { scoredPerMonth: burden.volume.scored_per_month, source: burden.volume.source },
    perFalsePositive: steps("per_false_positive", burden.per_false_positive),
    perTruePositive: steps("per_true_positive", burden.per_true_positive),
    limitUsdPerMonth: burden.limit_usd_per_month ?? defaultLimitUsdPerMonth,
  };
}

/** Whether a number can be what its measure is. */
const claimable: Readonly<Record<ClaimMeasure, (value: number) => boolean>> = {
  false_negative_rate: (value) => value >= 0 && value <= 1,
  accuracy: (value) => value >= 0 && value <= 1,
  log_loss: (value) => value > 0,
  error_change: (value) => value >= -1 && value <= 1 && value !== 0,
};

export function normaliseClaims(work: Normalising): readonly Claim[] {
  const { claims = [] } = work.input;
  for (const [index, { measure, value }] of claims.entries()) {
    if (claimable[measure](value)) continue;
    const hint =
      "rates from 0 to 1, a log loss above 0, a change of errors from -1 to 1, not 0: 0.05 for 5 %";
    work.contradiction(["claims", index, "value"], `${value} is no ${measure}`, hint);
  }
  return claims;
}

function burdenStep(work: Normalising, path: Path, input: StepInput): BurdenStep {
  return {
    step: input.step,
    role: input.role,
    minutes: rangeAt(work, [...path, "minutes"], input.minutes),
    usdPerHour: rangeAt(work, [...path, "usd_per_hour"], input.usd_per_hour),
    share: input.share ?? 1,
  };
}

function rangeAt(work: Normalising, path: Path, input: number | Range): Range {
  if (typeof input === "number") return { low: input, mid: input, high: input };
  const { low, mid, high } = input;
  if (low > mid || mid > high) {
    const message = `expected low ≤ mid ≤ high, got ${low}, ${mid}, ${high}`;
    work.contradiction(path, message, "put the three in order");
  }
  return { low, mid, high };
}

export function normaliseHarms(work: Normalising): Harm[] {
  return work.input.harms.map(({ delay_days: delayDays, ...harm }, index) => {
    work.mustBeDeclared(["harms", index, "feature"], harm.feature, "feature", work.input.model.features);
    return { ...harm, delayDays };
  });
}

export function normaliseDisclosure(work: Normalising): Disclosure {
  const { minimum_cell: minimumCell = defaultMinimumCell, because } = work.input.disclosure ?? {};
  if (minimumCell < defaultMinimumCell && because === undefined) {
    const message = `counts below ${defaultMinimumCell} are shown only for a reason`;
    work.contradiction(["disclosure", "minimum_cell"], message, "add because: and the reason");
  }
  return given({ minimumCell, because });
}

export function normaliseApprovals(work: Normalising): Protocol["approvals"] {
  const { irb, dua } = work.input.approvals;
  return { irb: approval(work, "irb", irb), dua: approval(work, "dua", dua) };
}

type ApprovalInput = ProtocolInput["approvals"]["irb"];

function approval(work: Normalising, kind: "irb" | "dua", input: ApprovalInput): Approval {
  const needed = {
    approved: ["id", "expires"],
    exempt: ["because"],
    "not-required": ["because"],
    missing: [],
  } as const satisfies Record<ApprovalInput["status"], readonly (keyof ApprovalInput)[]>;
  for (const field of needed[input.status]) {
    if (input[field] !== undefined) continue;
    const message = `${input.status} needs ${field}`;
    work.contradiction(["approvals", kind], message, `add ${field}, or set status: missing`);
  }
  return given(input);
}

export function normaliseGates(work: Normalising): Gates {
  const { input } = work;
  return {
    privacyReview: review(work, "privacy_review"),
    harmReview: review(work, "harm_review"),
    shadowing: shadowing(work),
    ...measuredGates(work),
    contract: contract(work),
    training: training(work),
    monitoring:
      input.monitoring === "none"
        ? null
        : { ...input.monitoring, owner: noneToNull<string>(input.monitoring.owner) },
  };
}

function review(work: Normalising, field: "privacy_review" | "harm_review"): Review | null {
  const input = noneToNull(work.input[field]);
  if (input) datesAt(work, [field], input);
  return input && given(input);
}

function shadowing(work: Normalising): Protocol["shadowing"] {
  const input = noneToNull(work.input.shadowing_hours);
  if (input) datesAt(work, ["shadowing_hours"], input);
  return input;
}

function measuredGates(work: Normalising): Pick<Protocol, "fallback" | "timeOnTask" | "downtimeLog"> {
  const fallback = noneToNull(work.input.fallback);
  const timeOnTask = noneToNull(work.input.time_on_task);
  const downtimeLog = noneToNull(work.input.downtime_log);
  const lastDrill = fallback && noneToNull<string>(fallback.last_drill);
  if (fallback) {
    const dates = { ...(lastDrill === null ? {} : { date: lastDrill }), expires: fallback.expires };
    datesAt(work, ["fallback"], dates, "last_drill");
  }
  if (timeOnTask) datesAt(work, ["time_on_task"], timeOnTask);
  if (downtimeLog) {
    datesAt(work, ["downtime_log"], downtimeLog);
    if (downtimeLog.safe > downtimeLog.outages) {
      const message = `${downtimeLog.safe} safe of ${counted(downtimeLog.outages, "outage")}`;
      work.contradiction(["downtime_log", "safe"], message, "correct one of the two counts");
    }
  }
  return {
    fallback:
      fallback &&
      given({
        document: fallback.document,
        lastDrill,
        concordance: noneToNull<number>(fallback.concordance),
        expires: fallback.expires,
      }),
    timeOnTask: timeOnTask && given({ ...timeOnTask, roles: rolesOf(timeOnTask.roles) }),
    downtimeLog: downtimeLog && given(downtimeLog),
  };
}

type RolesInput = Exclude<ProtocolInput["time_on_task"], "none">["roles"];

function rolesOf(roles: RolesInput): NonNullable<Protocol["timeOnTask"]>["roles"] {
  return Object.entries(roles).map(
    ([role, { before_minutes: beforeMinutes, after_minutes: afterMinutes, n }]) => ({
      role,
      beforeMinutes,
      afterMinutes,
      n,
    }),
  );
}

function contract(work: Normalising): Contract {
  const {
    fee,
    usd_per_year: usdPerYear,
    usd_per_alert: usdPerAlert,
    usd_per_use: usdPerUse,
  } = work.input.contract;
  const amount = (field: string, value: number | undefined) => {
    if (value === undefined) {
      work.contradiction(["contract"], `fee ${fee} needs ${field}`, `add ${field}, or set fee: unknown`);
    }
    return value ?? 0;
  };
  const refuse = (field: string, value: number | undefined) => {
    if (value === undefined) return;
    work.contradiction(
      ["contract", field],
      `a fee that is ${fee} has no ${field}`,
      "remove it, or correct the fee",
    );
  };
  if (fee !== "per-alert") refuse("usd_per_alert", usdPerAlert);
  if (fee !== "per-use") refuse("usd_per_use", usdPerUse);
  if (fee === "per-alert")
    return given({ fee, usdPerAlert: amount("usd_per_alert", usdPerAlert), usdPerYear });
  if (fee === "per-use") return given({ fee, usdPerUse: amount("usd_per_use", usdPerUse), usdPerYear });
  if (fee === "fixed") return { fee, usdPerYear: amount("usd_per_year", usdPerYear) };
  refuse("usd_per_year", usdPerYear);
  return { fee };
}

function training(work: Normalising): Protocol["training"] {
  const sessions = noneToNull(work.input.training);
  if (!sessions) return null;
  return sessions.map((session, index) => {
    datesAt(work, ["training", index], session);
    const { unit, date, led_by: ledBy, vendor, expires } = session;
    return given({ unit, date, ledBy, vendor, expires });
  });
}

/** Evidence is dated on or before the day of the decision, and expires after its date. */
function datesAt(
  work: Normalising,
  path: Path,
  { date, expires }: { readonly date?: string; readonly expires?: string | undefined },
  dateField = "date",
): void {
  const decision = work.input.decision_date;
  if (date !== undefined && date > decision) {
    work.contradiction(
      [...path, dateField],
      `${date} is after the decision date, ${decision}`,
      "correct the date, or write none until there is evidence",
    );
  }
  if (date !== undefined && expires !== undefined && expires < date) {
    const message = `${expires} is before the date of the evidence, ${date}`;
    work.contradiction([...path, "expires"], message, "correct one of the two dates");
  }
}
