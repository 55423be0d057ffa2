import type { Fault } from "./fault.ts";
import { normaliseExtractions } from "./normalise-charts.ts";
import { knownColumns, normaliseData } from "./normalise-data.ts";
import {
  normaliseApprovals,
  normaliseBurden,
  normaliseClaims,
  normaliseDisclosure,
  normaliseGates,
  normaliseHarms,
} from "./normalise-evidence.ts";
import { normaliseTrialMatching } from "./normalise-matching.ts";
import {
  faultyRule,
  normaliseAcceptance,
  normaliseEndpoint,
  normaliseModel,
  normaliseOperatingPoint,
  normaliseReplaces,
} from "./normalise-outcome.ts";
import {
  normaliseFairness,
  normaliseIntersections,
  normaliseProxies,
  normaliseSliceSearch,
  normaliseSlices,
  normaliseStrata,
} from "./normalise-strata.ts";
import { deepFreeze, given, Normalising, noneToNull, type Sections } from "./normalising.ts";
import type { Protocol, Question } from "./protocol.ts";
import type { ProtocolInput } from "./schema.ts";
import { refuseKeyAsOutput, refuseRowColumns, refuseTwoReadings } from "./shared-columns.ts";
import { parseDuration } from "./units.ts";
import type { YamlSource } from "./yaml-source.ts";

const defaultBootstrapDraws = 500;

/**
 * The protocol with its names resolved and its fields checked against each other, or all that is wrong. Where sections
 * are faulty, the rules that read none of them are checked.
 */
export function normalise(sections: Sections, source: YamlSource): Protocol | readonly Fault[] {
  const work = new Normalising(sections, source);
  const parts = partsOf(work);
  for (const part of Object.values(parts)) work.attempt(part);
  if (work.faults.length > 0 || sections.faulty.size > 0) return work.faults;
  const { input } = work;
  return deepFreeze({
    format: input.protocol,
    title: input.title,
    site: input.site,
    author: input.author,
    decisionDate: input.decision_date,
    question: parts.question(),
    model: parts.model(),
    data: parts.data(),
    population: parts.population(),
    endpoint: parts.endpoint(),
    operatingPoint: parts.operatingPoint(),
    ...parts.replaces(),
    strata: parts.strata(),
    intersections: parts.intersections(),
    ...parts.sliceSearch(),
    slices: parts.slices(),
    protectedVariables: input.protected,
    ...parts.fairness(),
    ...parts.proxies(),
    ...parts.extractions(),
    ...parts.trialMatching(),
    acceptance: parts.acceptance(),
    precision: { bootstrapDraws: input.precision?.bootstrap_draws ?? defaultBootstrapDraws },
    ...validation(input),
    claims: parts.claims(),
    burden: parts.burden(),
    harms: parts.harms(),
    worstDelayDays: input.worst_delay_days,
    disclosure: parts.disclosure(),
    approvals: parts.approvals(),
    ...parts.gates(),
    memo: given({ killIf: input.memo.kill_if, dissent: input.memo.dissent }),
  });
}

/** What reads several sections; each is made once and reports its faults once. */
function partsOf(work: Normalising) {
  const data = once(() => normaliseData(work));
  const columns = once(() => knownColumns(work, data()));
  const endpoint = once(() => normaliseEndpoint(work, columns));
  const strata = once(() => normaliseStrata(work, data().variables));
  return {
    question: once(() => question(work)),
    data,
    columns,
    rowColumns: once(() => refuseRowColumns(work, data())),
    keyAsOutput: once(() => refuseKeyAsOutput(work)),
    twoReadings: once(() => refuseTwoReadings(work, data())),
    endpoint,
    model: once(() => normaliseModel(work, endpoint(), Object.keys(work.input.data.variables))),
    population: once(() =>
      work.input.population.map(({ keep, because }, index) => ({
        keep: work.condition(["population", index, "keep"], keep, columns()) ?? faultyRule,
        because,
      })),
    ),
    operatingPoint: once(() => normaliseOperatingPoint(work)),
    replaces: once(() => normaliseReplaces(work)),
    strata,
    fairness: once(() => normaliseFairness(work)),
    proxies: once(() => normaliseProxies(work, data().variables)),
    extractions: once(() => normaliseExtractions(work)),
    trialMatching: once(() => normaliseTrialMatching(work)),
    intersections: once(() => normaliseIntersections(work, strata())),
    sliceSearch: once(() => normaliseSliceSearch(work, strata())),
    slices: once(() => normaliseSlices(work, columns())),
    acceptance: once(() => normaliseAcceptance(work, endpoint())),
    claims: once(() => normaliseClaims(work)),
    burden: once(() => normaliseBurden(work)),
    harms: once(() => normaliseHarms(work)),
    disclosure: once(() => normaliseDisclosure(work)),
    approvals: once(() => normaliseApprovals(work)),
    gates: once(() => normaliseGates(work)),
  };
}

/** The same answer, or the same error, each time. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | { readonly error: unknown } | undefined;
  return () => {
    if (made === undefined) {
      try {
        made = { value: make() };
      } catch (error) {
        made = { error };
      }
    }
    if ("error" in made) throw made.error;
    return made.value;
  };
}

function question(work: Normalising): Question {
  const { question: input, decision_date: decision } = work.input;
  const { role, name, signed } = input.success_owner;
  const path = ["question", "success_owner", "signed"];
  if (signed !== "none" && name === "none") {
    work.contradiction(path, "signed, and nobody named", "name who signed, or write none");
  }
  if (signed !== "none" && signed > decision) {
    const message = `${signed} is after the decision date, ${decision}`;
    work.contradiction(path, message, "correct the date, or write none until it is signed");
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
