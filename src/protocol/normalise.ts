import type { Fault } from "./fault.ts";
import { knownColumns, normaliseData } from "./normalise-data.ts";
import {
  normaliseApprovals,
  normaliseBurden,
  normaliseDisclosure,
  normaliseGates,
  normaliseHarms,
} from "./normalise-evidence.ts";
import {
  faultyRule,
  normaliseAcceptance,
  normaliseEndpoint,
  normaliseModel,
  normaliseOperatingPoint,
} from "./normalise-outcome.ts";
import { normaliseSlices, normaliseStrata } from "./normalise-strata.ts";
import { deepFreeze, given, Normalising, noneToNull } from "./normalising.ts";
import type { Protocol, Question } from "./protocol.ts";
import type { ProtocolInput } from "./schema.ts";
import { parseDuration } from "./units.ts";
import type { YamlSource } from "./yaml-source.ts";

const defaultBootstrapDraws = 500;

/** The protocol with its names resolved and its fields checked against each other, or all that is wrong. */
export function normalise(input: ProtocolInput, source: YamlSource): Protocol | readonly Fault[] {
  const work = new Normalising(input, source);
  const data = normaliseData(work);
  const columns = knownColumns(work, data);
  const endpoint = normaliseEndpoint(work, columns);
  const protocol: Protocol = {
    format: input.protocol,
    title: input.title,
    site: input.site,
    author: input.author,
    decisionDate: input.decision_date,
    question: question(work),
    model: normaliseModel(work, endpoint, Object.keys(input.data.variables)),
    data,
    population: input.population.map(({ keep, because }, index) => ({
      keep: work.condition(["population", index, "keep"], keep, columns) ?? faultyRule,
      because,
    })),
    endpoint,
    operatingPoint: normaliseOperatingPoint(work),
    strata: normaliseStrata(work, data.variables),
    slices: normaliseSlices(work, columns),
    protectedVariables: input.protected,
    acceptance: normaliseAcceptance(work, endpoint),
    precision: { bootstrapDraws: input.precision?.bootstrap_draws ?? defaultBootstrapDraws },
    ...validation(input),
    burden: normaliseBurden(work),
    harms: normaliseHarms(work),
    worstDelayDays: input.worst_delay_days,
    disclosure: normaliseDisclosure(work),
    approvals: normaliseApprovals(work),
    ...normaliseGates(work),
    memo: given({ killIf: input.memo.kill_if, dissent: input.memo.dissent }),
  };
  return work.faults.length > 0 ? work.faults : deepFreeze(protocol);
}

function question(work: Normalising): Question {
  const { question: input, decision_date: decision } = work.input;
  const { role, name, signed } = input.success_owner;
  const path = ["question", "success_owner", "signed"];
  if (signed !== "none" && name === "none") work.contradiction(path, "signed, and nobody named");
  if (signed !== "none" && signed > decision) {
    work.contradiction(path, `${signed} is after the decision date, ${decision}`);
  }
  return {
    whoActs: input.who_acts,
    onWhat: input.on_what,
    decisionChanged: input.decision_changed,
    forWhom: input.for_whom,
    intervention: input.intervention,
    success: input.success,
    successOwner: { role, name: noneToNull<string>(name), signed: noneToNull<string>(signed) },
  };
}

function validation({ validation: input }: ProtocolInput): Pick<Protocol, "validation"> {
  return input ? { validation: { design: input.design, duration: parseDuration(input.duration)! } } : {};
}
