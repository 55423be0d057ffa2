import { describe, expect, test } from "vitest";
import type { Checks } from "./checks.ts";
import { driftChecks } from "./drift-checks.ts";
import { proportionChecks } from "./proportion-checks.ts";
import { reviewChecks } from "./review-checks.ts";
import { listedDifferences, yardstick } from "./yardstick.ts";

const file = "proportions_agreement_drift";
const all: readonly Checks[] = [driftChecks, reviewChecks, proportionChecks];
const exceptions = Object.assign({}, ...all.map((checks) => checks.exceptions)) as Checks["exceptions"];
const covered = all.flatMap((checks) => checks.covered);

describe(file, () => {
  const references = yardstick(file);
  const checkOf = (id: string) => exceptions[id]?.check ?? covered.find(([pattern]) => pattern.test(id))?.[1];
  let nWalked = 0;
  for (const reference of references) {
    const check = checkOf(reference.id);
    if (!check) continue;
    nWalked++;
    const because = exceptions[reference.id]?.because;
    test(because ? `${reference.id}: ${because}` : reference.id, () => check(reference));
  }
  test("every case is walked, and every exception and pattern has its case", () => {
    const ids = references.map(({ id }) => id);
    expect(ids.filter((id) => !checkOf(id))).toEqual([]);
    expect([nWalked, new Set(ids).size]).toEqual([references.length, references.length]);
    expect(Object.keys(exceptions).filter((id) => !ids.includes(id))).toEqual([]);
    expect(covered.filter(([pattern]) => !ids.some((id) => pattern.test(id)))).toEqual([]);
  });
  test("docs/methods/differences.md lists the exceptions", () => {
    const listed = Object.entries(exceptions).map(([id, { because }]) => [id, because]);
    expect(listedDifferences(file)).toEqual(listed);
  });
});
