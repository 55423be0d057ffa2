import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Cell, Table } from "../../evidence/figures.ts";
import { horizonStatusCode } from "../../stats/censoring.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { type GapEstimate, type ProxyGap, proxyGap } from "../../stats/proxy-gap.ts";
import { type Cohort, type CohortInput, knownIn, primaryReading, type Reading } from "../cohort/cohort.ts";
import { type Context, estimateOf, type Outcome } from "../estimate-of.ts";
import { clustering } from "../performance/binary-rates.ts";
import type { AskedGroup } from "./proxy-groups.ts";
import { type ProxyRate, proxyRates } from "./proxy-measures.ts";

/** An input that stands in for a group, and the chance of the group that it gives each of the group's rows. */
export interface InputProxy {
  readonly input: CohortInput;
  readonly asked: AskedGroup;
  readonly chance: Float64Array;
}

/** What audits of one error rate show, by the recorded group and by an input in its place. */
export interface AuditByProxy {
  readonly proxy: InputProxy;
  readonly rate: (typeof proxyRates)[number];
  readonly truth: ComputedEstimate;
  readonly shown: ComputedEstimate;
  readonly attenuation: ComputedEstimate;
  readonly remainder: ComputedEstimate;
}

interface Audited {
  readonly threshold: number;
  /** "at .40" without the at. */
  readonly at: string;
}

/** Both error rates at the operating point, for each input that stands in for a group. */
export function auditsByProxy(
  cohort: Cohort,
  proxies: readonly InputProxy[],
  audited: Audited,
): AuditByProxy[] {
  return proxies.flatMap((proxy) => proxyRates.map((rate) => auditByProxy(cohort, proxy, rate, audited)));
}

function auditByProxy(
  cohort: Cohort,
  proxy: InputProxy,
  rate: (typeof proxyRates)[number],
  { threshold, at }: Audited,
): AuditByProxy {
  const { input, asked } = proxy;
  const { group } = asked;
  const found = gapsOf(cohort, proxy, rate.key, threshold);
  const context = contextOf(cohort, asked);
  const whom = `${group.name} less the others`;
  const rates = `${rate.name} at ${at}, ${whom}`;
  const take = (part: "trueGap" | "proxyGap" | "attenuation" | "remainder"): Outcome =>
    isNotEstimable(found) ? found : outcomeOf(found[part]);
  const method = `weighted with the chance of the group from other folds; linearised variance${togetherIn(cohort)}`;
  const byInput = { ...context, stratum: `${input.name}~${group.id}` };
  const of = (measure: string, label: string, part: "proxyGap" | "attenuation" | "remainder") => {
    const unit = part === "attenuation" ? "number" : "difference";
    const naming = { measure: `fairness.proxy-${rate.key}-${measure}`, label, unit, method } as const;
    return estimateOf(byInput, naming, take(part));
  };
  return {
    proxy,
    rate,
    truth: estimateOf(
      { ...context, stratum: group.id },
      {
        measure: `fairness.${rate.key}-gap`,
        label: `Difference in ${rates}`,
        unit: "difference",
        method: `shares counted; linearised variance${togetherIn(cohort)}`,
      },
      take("trueGap"),
    ),
    shown: of("gap", `Difference in ${rates}, by ${input.label} in place of the group`, "proxyGap"),
    attenuation: of("attenuation", `Attenuation of ${input.label}: ${rates}`, "attenuation"),
    remainder: of("remainder", `Remainder of ${input.label}: ${rates}`, "remainder"),
  };
}

const outcomeOf = ({ value, lower, upper }: GapEstimate): Outcome => ({ value, lower, upper });

/** Rows whose group is recorded, and the events among them. */
function contextOf(cohort: Cohort, { rows }: AskedGroup): Context {
  const { status } = knownIn(cohort);
  const { event } = horizonStatusCode;
  const events = rows.reduce((sum, row) => sum + (status[row] === event ? 1 : 0), 0);
  const { short } = primaryReading(cohort);
  return { n: rows.length, events, horizon: short, evidence: "retrospective" };
}

function togetherIn(cohort: Cohort): string {
  return cohort.kind === "binary" ? clustering(cohort) : "";
}

/** Counted among the rows that the rate is of: where some status is unknown, counting them would leave some out. */
function gapsOf(
  cohort: Cohort,
  { asked: { rows, member, cluster }, chance }: InputProxy,
  rate: ProxyRate,
  threshold: number,
): ProxyGap | NotEstimable {
  const { status } = knownIn(cohort);
  const reading = primaryReading(cohort);
  if (rows.some((row) => status[row] === horizonStatusCode.unknown))
    return { notEstimable: `status at ${reading.readAt ?? reading.label} is unknown of some` };
  const isFlagged = (row: number) => reading.risk[row]! >= threshold;
  const [base, isError] =
    rate === "fnr"
      ? [horizonStatusCode.event, (row: number) => !isFlagged(row)]
      : [horizonStatusCode.eventFree, isFlagged];
  const places = Uint32Array.from(rows.keys()).filter((i) => status[rows[i]!] === base);
  return proxyGap({
    error: Uint8Array.from(places, (i) => (isError(rows[i]!) ? 1 : 0)),
    member: Uint8Array.from(places, (i) => member[i]!),
    proxy: Float64Array.from(places, (i) => chance[i]!),
    ...(cluster ? { cluster: Uint32Array.from(places, (i) => cluster[i]!) } : {}),
  });
}

/** The true difference of a group stands once, however many inputs stand in for it. */
export function auditEstimates(audits: readonly AuditByProxy[]): ComputedEstimate[] {
  const seen = new Set<string>();
  return audits.flatMap(({ truth, shown, attenuation, remainder }) => {
    const isNew = !seen.has(truth.id);
    seen.add(truth.id);
    return [...(isNew ? [truth] : []), shown, attenuation, remainder];
  });
}

export function auditsTable(audits: readonly AuditByProxy[], { short }: Reading): Table {
  return {
    id: `fairness.proxy-gaps@${short}`,
    caption:
      "Error rates of a group less those of the others, as they are and as an audit would show them that has the input in place " +
      "of the group: the difference by the input is attenuation × true difference + remainder",
    columns: [
      { key: "input", label: "Input", align: "start" },
      { key: "group", label: "Group", align: "start" },
      { key: "rate", label: "Rate", align: "start" },
      { key: "true", label: "True difference", align: "end" },
      { key: "shown", label: "By the input", align: "end" },
      { key: "attenuation", label: "Attenuation", align: "end" },
      { key: "remainder", label: "Remainder", align: "end" },
    ],
    rows: audits.map(({ proxy, rate, truth, shown, attenuation, remainder }): Cell[] => [
      proxy.input.label,
      proxy.asked.group.name,
      rate.name,
      ...[truth, shown, attenuation, remainder].map(({ id }): Cell => ({ id, part: "both" })),
    ]),
  };
}
