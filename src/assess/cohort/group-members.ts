import { type BinaryCohort, type Family, primaryReading, type TimedCohort } from "./cohort.ts";

export interface Members {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly risk: Float64Array;
}

/** The columns of each group of a family, still in order of time. */
export function membersOfEach(cohort: TimedCohort, family: Family): Members[] {
  const { time, event } = cohort;
  const { risk } = primaryReading(cohort);
  const own = family.map(({ n }) => ({
    time: new Float64Array(n),
    event: new Uint8Array(n),
    risk: new Float64Array(n),
  }));
  forEachMember(family, (row, code, i) => {
    const members = own[code]!;
    members.time[i] = time[row]!;
    members.event[i] = event[row]!;
    members.risk[i] = risk[row]!;
  });
  return own;
}

export interface BinaryMembers {
  readonly event: Uint8Array;
  readonly risk: Float64Array;
  /** Whose row each is; absent where each row is a patient. */
  readonly cluster?: Uint32Array;
}

/** The same for a binary outcome, in the order of the cohort. */
export function binaryMembersOfEach(cohort: BinaryCohort, family: Family): BinaryMembers[] {
  const { event, patient } = cohort;
  const { risk } = primaryReading(cohort);
  const own = family.map(({ n }) => ({
    event: new Uint8Array(n),
    risk: new Float64Array(n),
    ...(patient ? { cluster: new Uint32Array(n) } : {}),
  }));
  forEachMember(family, (row, code, i) => {
    const members = own[code]!;
    members.event[i] = event[row]!;
    members.risk[i] = risk[row]!;
    if (members.cluster) members.cluster[i] = patient![row]!;
  });
  return own;
}

/** Each row of a group, with the group's code and the row's place in it. */
function forEachMember(family: Family, take: (row: number, code: number, place: number) => void): void {
  const filled = new Uint32Array(family.length);
  const { codes } = family[0]!;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code >= 0) take(row, code, filled[code]!++);
  }
}
