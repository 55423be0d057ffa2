import { clusteredMarginTest } from "../src/stats/clustered-margin-test.ts";
import { marginAnswers } from "../src/stats/fairness-audit.ts";
import { type MarginTest, scoreMarginTest } from "../src/stats/margin-test.ts";
import { isNotEstimable, type NotEstimable } from "../src/stats/not-estimable.ts";
import { type Random, seededRandom } from "../src/stats/random.ts";
import { type Cell, type Rates, shiftedBy } from "./fairness-audits.ts";

export interface ClusteredResult {
  /** Audits with a false "beyond the margin": with the clusters, and as if encounters were patients. */
  readonly falseBeyond: number;
  readonly naive: number;
}

/** Encounters of a patient: from 1 to so many, each number as likely. */
const mostEncounters = 5;
/** The chance that an encounter is its patient's usual one: two encounters of a patient correlate by its square. */
const usual = Math.sqrt(0.4);

interface Encounters {
  readonly isEvent: readonly boolean[];
  readonly isFlagged: readonly boolean[];
  readonly patient: readonly number[];
}

/** Audits of sensitivity, false positive rate and selection rate where patients have many encounters. */
export function runClusteredCell({ sizes, base, shift, margin, seed, nAudits }: Cell): ClusteredResult {
  const random = seededRandom(seed);
  const total = { falseBeyond: 0, naive: 0 };
  for (let k = 0; k < nAudits; k++) {
    const groups = sizes.map((n, g) => drawEncounters(n, g === 0 ? base : shiftedBy(base, shift), random));
    const pairs = groups
      .slice(1)
      .flatMap((group) =>
        [isEvent, isNoEvent, isAny].map((counts) => compared(group, groups[0]!, counts, margin)),
      );
    const isWrong = (tests: readonly (MarginTest | NotEstimable)[]) =>
      marginAnswers(tests).some((one) => !isNotEstimable(one) && one.answer === "beyond the margin");
    if (isWrong(pairs.map(({ clustered }) => clustered))) total.falseBeyond++;
    if (isWrong(pairs.map(({ naive }) => naive))) total.naive++;
  }
  return total;
}

type Counts = (group: Encounters, i: number) => boolean;
const isEvent: Counts = (group, i) => group.isEvent[i]!;
const isNoEvent: Counts = (group, i) => !group.isEvent[i]!;
const isAny: Counts = () => true;

function compared(group: Encounters, reference: Encounters, counts: Counts, margin: number) {
  const [flagged, code, cluster]: number[][] = [[], [], []];
  const tally = [group, reference].map((one, side) => {
    const own = { x: 0, n: 0 };
    for (let i = 0; i < one.patient.length; i++) {
      if (!counts(one, i)) continue;
      own.n++;
      if (one.isFlagged[i]) own.x++;
      flagged!.push(one.isFlagged[i] ? 1 : 0);
      code!.push(side);
      cluster!.push(2 * one.patient[i]! + side);
    }
    return own;
  });
  const [one, two] = [tally[0]!, tally[1]!];
  const none: NotEstimable = { notEstimable: "nobody to count" };
  return {
    clustered: clusteredMarginTest(
      {
        event: Uint8Array.from(flagged!),
        group: Uint8Array.from(code!),
        cluster: Uint32Array.from(cluster!),
      },
      margin,
    ),
    naive:
      one.n === 0 || two.n === 0
        ? none
        : scoreMarginTest({ x1: one.x, n1: one.n, x2: two.x, n2: two.n }, margin),
  };
}

function drawEncounters(n: number, rates: Rates, random: Random): Encounters {
  const group = { isEvent: [] as boolean[], isFlagged: [] as boolean[], patient: [] as number[] };
  for (let patient = 0; group.patient.length < n; patient++) {
    // The patient's own outcome, and how the model takes it with the outcome and without.
    const own = [random.next(), random.next(), random.next()] as const;
    const draw = (place: 0 | 1 | 2) => (random.next() < usual ? own[place] : random.next());
    for (let left = 1 + random.integer(mostEncounters); left > 0 && group.patient.length < n; left--) {
      const hasEvent = draw(0) < rates.prevalence;
      group.isEvent.push(hasEvent);
      group.isFlagged.push(hasEvent ? draw(1) < rates.sensitivity : draw(2) < rates.falsePositiveRate);
      group.patient.push(patient);
    }
  }
  return group;
}
