import { expect, test } from "vitest";
import { type ComputedEstimate, isKnown, type KnownEstimate } from "../../evidence/estimate.ts";
import { seededRandom } from "../../stats/random.ts";
import type { BinaryCohort, Group } from "../cohort/cohort.ts";
import { sorted } from "../cohort/sorted-risk.ts";
import { proxiesPiece } from "./proxies.ts";

const nZips = 40;

interface Planted {
  readonly seed: number;
  /** Chance that the ZIP code is one of the half in which the patient's group lives: the AUC of ZIP for the group. */
  readonly told: number;
  /** False positive rates of the group and of the others. */
  readonly falsePositives: readonly [number, number];
  readonly nRows?: number;
  /** Of a row, whether its group is recorded. */
  readonly recorded?: (row: number) => boolean;
}

/** A cohort of which three in ten are in the group; one in five has the event, and the model finds seven in ten of them. */
function planted({ seed, told, falsePositives, nRows = 2000, recorded = () => true }: Planted): BinaryCohort {
  const random = seededRandom(seed);
  const isMember = Array.from({ length: nRows }, () => random.next() < 0.3);
  const zip = Uint32Array.from(isMember, (member) => {
    const half = random.next() < told ? member : !member;
    return (half ? nZips / 2 : 0) + random.integer(nZips / 2);
  });
  const event = Uint8Array.from(isMember, () => +(random.next() < 0.2));
  const risk = Float64Array.from(isMember, (member, row) => {
    const rate = event[row] === 1 ? 0.7 : falsePositives[member ? 0 : 1];
    return random.next() < rate ? 0.5 : 0.1;
  });
  const codes = Int8Array.from(isMember, (member, row) => (recorded(row) ? +member : 2));
  const group = (id: string, code: number): Group => ({
    ...{ id: `race:${id}`, kind: "stratum", family: "race", name: `race ${id}`, codes, code },
    n: codes.filter((one) => one === code).length,
  });
  const [others, members, missing] = [group("white", 0), group("AA", 1), group("missing", 2)];
  return {
    kind: "binary",
    ...{ n: nRows, event, unit: { one: "patient", many: "patients" } },
    groups: [others, members, ...(missing.n > 0 ? [missing] : [])],
    inputs: [{ name: "zip", label: "zip", levels: { code: zip, nLevels: nZips + 1 } }],
    readings: [{ label: "30 days", short: "30d", output: "risk", risk, ...sorted(risk), isPrimary: true }],
  };
}

const asked = (cohort: BinaryCohort, seed = 1) =>
  proxiesPiece(cohort, {
    rule: { inputs: ["zip"], auc: 0.7 },
    protectedVariables: ["race"],
    ...{ threshold: 0.25, at: ".25", seed },
  });

function knownIn(estimates: readonly ComputedEstimate[] = [], id: string): KnownEstimate {
  const found = estimates.find((one) => one.id === id);
  if (!found || !isKnown(found)) throw new Error(`no number ${id}`);
  return found;
}

test("I083: 40 of 40 planted ZIP codes with their gap in false positives are found, none of 40 that say nothing", () => {
  let [found, falseAlarms] = [0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const { findings = [], estimates } = asked(planted({ seed, told: 0.83, falsePositives: [0.21, 0.1] }));
    const auc = knownIn(estimates, "fairness.proxy-auc/zip~race:AA");
    expect(auc.value).toBeGreaterThan(0.78);
    expect(auc.value).toBeLessThan(0.87);
    const gap = knownIn(estimates, "fairness.fpr-gap@30d/race:AA");
    found += +(findings[0]?.id === "fairness.stand-ins" && gap.interval!.lower > 0);
    const noise = asked(planted({ seed, told: 0.5, falsePositives: [0.1, 0.1] }));
    falseAlarms += +(noise.findings!.length > 0);
  }
  expect([found, falseAlarms]).toEqual([40, 0]);
});

test("an audit by ZIP shows the part of the gap that its shares of the group give, by hand", () => {
  const cohort = planted({ seed: 7, told: 0.83, falsePositives: [0.21, 0.1], nRows: 20_000 });
  const { estimates } = asked(cohort);
  const of = (measure: string, stratum: string) => knownIn(estimates, `fairness.${measure}@30d/${stratum}`);
  const truth = of("fpr-gap", "race:AA").value;
  const { codes } = cohort.groups[0]!;
  const rate = (code: number) => {
    const rows = [...codes.keys()].filter((row) => codes[row] === code && cohort.event[row] === 0);
    return rows.filter((row) => cohort.readings[0].risk[row] === 0.5).length / rows.length;
  };
  expect(truth).toBeCloseTo(rate(1) - rate(0), 12);
  // Of 1,000: 249 + 119 live in the group's half, of whom 249 are members; of the 632 others 51. As chances p:
  // Σpa/Σp = (249·.677 + 51·.081)/300, Σ(1 − p)a/Σ(1 − p) = (300 − 172.7)/700.
  const attenuation = of("proxy-fpr-attenuation", "zip~race:AA");
  expect(attenuation.value).toBeCloseTo((249 * 0.677 + 51 * 0.081) / 300 - (300 - 172.7) / 700, 1);
  const shown = of("proxy-fpr-gap", "zip~race:AA").value;
  const remainder = of("proxy-fpr-remainder", "zip~race:AA");
  expect(shown).toBeCloseTo(attenuation.value * truth + remainder.value, 12);
  // Errors go with the group alone.
  expect(remainder.interval!.lower).toBeLessThan(0);
  expect(remainder.interval!.upper).toBeGreaterThan(0);
});

test("of two groups the smaller is asked once, and nobody whose group is not recorded", () => {
  const cohort = planted({
    ...{ seed: 3, told: 0.83, falsePositives: [0.1, 0.1] },
    recorded: (row) => row % 10 > 0,
  });
  const { estimates = [], tables = [] } = asked(cohort);
  const [auc] = estimates;
  expect(auc).toMatchObject({ id: "fairness.proxy-auc/zip~race:AA", n: 1800 });
  expect(estimates.filter(({ id }) => id.startsWith("fairness.proxy-auc"))).toHaveLength(1);
  expect(tables[0]!.rows).toEqual([["zip", "race AA", "1800", { id: auc!.id, part: "both" }, "stands in"]]);
});

test("the same seed deals the same folds, another may not", () => {
  const cohort = planted({ seed: 5, told: 0.83, falsePositives: [0.1, 0.1] });
  expect(asked(cohort, 4)).toEqual(asked(cohort, 4));
  const aucs = [1, 2].map((seed) => knownIn(asked(cohort, seed).estimates, "fairness.proxy-auc/zip~race:AA"));
  expect(aucs[0]!.value).not.toBe(aucs[1]!.value);
});

test("too few members of a group: a reason, not a number, and no finding", () => {
  const cohort = planted({ seed: 5, told: 1, falsePositives: [0.1, 0.1], nRows: 10 });
  const { estimates, findings, tables } = asked(cohort);
  expect(estimates![0]).toMatchObject({
    notEstimable: expect.stringContaining("fewer rows than there are folds"),
  });
  expect(findings).toEqual([]);
  expect(tables![0]!.rows[0]!.at(-1)).toBe("not enough data to tell");
});
