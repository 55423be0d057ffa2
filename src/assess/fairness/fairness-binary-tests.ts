import { clusteredMarginTest, meanMarginTest } from "../../stats/clustered-margin-test.ts";
import { countsMarginTest, type MarginTest } from "../../stats/margin-test.ts";
import type { NotEstimable } from "../../stats/not-estimable.ts";
import type { BinaryCohort, Family } from "../cohort/cohort.ts";
import { type BinaryMembers, binaryMembersOfEach } from "../cohort/group-members.ts";
import { clustering } from "../performance/binary-rates.ts";
import { type AuditedKey, exact, type TestOf } from "./audited.ts";

/** Which rows a share is of, and which of them it counts. */
type Share = Record<"among" | "counts", (isEvent: boolean, isFlagged: boolean) => boolean>;

const shares: Readonly<Record<Exclude<AuditedKey, "calibration">, Share>> = {
  sensitivity: { among: (isEvent) => isEvent, counts: (_, isFlagged) => isFlagged },
  specificity: { among: (isEvent) => !isEvent, counts: (_, isFlagged) => !isFlagged },
  ppv: { among: (_, isFlagged) => isFlagged, counts: (isEvent) => isEvent },
  flagged: { among: () => true, counts: (_, isFlagged) => isFlagged },
};

/** Tests between the groups of an outcome that is known of every row; the rows of a patient are taken together. */
export function binaryTests(
  cohort: BinaryCohort,
  family: Family,
  { threshold, margin }: { readonly threshold: number; readonly margin: number },
): TestOf {
  const members = binaryMembersOfEach(cohort, family);
  const together = clustering(cohort);
  return (key, [one, two]) => {
    const pair = [members[one]!, members[two]!] as const;
    if (key === "calibration")
      return {
        test: meanMarginTest(excessIn(pair), margin),
        method: `mean of outcome less risk in each group, t test against the margin${together}`,
      };
    const counted = countedIn(pair, shares[key], threshold);
    return cohort.patient
      ? {
          test: clusteredMarginTest(counted, margin),
          method: `score test against the margin at the effective sizes, Miettinen–Nurminen interval${together}`,
        }
      : { test: countsTest(counted, margin), method: exact };
  };
}

type Pair = readonly [BinaryMembers, BinaryMembers];

interface Counted {
  /** 1 where the row is counted. */
  readonly event: Uint8Array;
  readonly group: Uint8Array;
  readonly cluster: Uint32Array;
}

/** The rows of both groups that a share is of; each its own cluster where each is a patient. */
function countedIn(pair: Pair, { among, counts }: Share, threshold: number): Counted {
  const event: number[] = [];
  const group: number[] = [];
  const cluster: number[] = [];
  pair.forEach(({ event: happened, risk, cluster: patient }, which) => {
    for (let row = 0; row < risk.length; row++) {
      const [isEvent, isFlagged] = [happened[row] === 1, risk[row]! >= threshold];
      if (!among(isEvent, isFlagged)) continue;
      event.push(counts(isEvent, isFlagged) ? 1 : 0);
      group.push(which);
      cluster.push(patient ? patient[row]! : cluster.length);
    }
  });
  return {
    event: Uint8Array.from(event),
    group: Uint8Array.from(group),
    cluster: Uint32Array.from(cluster),
  };
}

function countsTest({ event, group }: Counted, margin: number): MarginTest | NotEstimable {
  const n = [0, 0];
  const x = [0, 0];
  event.forEach((isCounted, row) => {
    n[group[row]!]!++;
    x[group[row]!]! += isCounted;
  });
  if (n[0] === 0 || n[1] === 0) return { notEstimable: "nobody to count in one of them" };
  return countsMarginTest({ x1: x[0]!, n1: n[0]!, x2: x[1]!, n2: n[1]! }, margin);
}

/** Event less risk of the rows of both groups, each its own cluster where each is a patient. */
function excessIn(pair: Pair) {
  const n = pair[0].risk.length + pair[1].risk.length;
  const value = new Float64Array(n);
  const group = new Uint8Array(n);
  const cluster = new Uint32Array(n);
  let i = 0;
  for (const [which, { event, risk, cluster: patient }] of pair.entries())
    for (let row = 0; row < risk.length; row++, i++) {
      value[i] = event[row]! - risk[row]!;
      group[i] = which;
      cluster[i] = patient ? patient[row]! : i;
    }
  return { value, group, cluster };
}
