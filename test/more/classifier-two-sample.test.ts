import { expect, test } from "vitest";
import { classifierTwoSampleTest } from "../../src/stats/classifier-two-sample.ts";
import { isNotEstimable } from "../../src/stats/not-estimable.ts";
import { wilson } from "../../src/stats/proportion.ts";
import { type Random, seededRandom } from "../../src/stats/random.ts";

const nStudies = 600;

/** Thirty rows against sixty, three inputs: one skewed, one rare, one that depends on the first. */
function inputs(random: Random, current: Uint8Array): Float64Array[] {
  const skewed = Float64Array.from(current, () => -Math.log(1 - random.next()));
  const rare = Float64Array.from(current, () => +(random.next() < 0.1));
  return [skewed, rare, skewed.map((value) => value + random.next())];
}

test.each([
  ["rows", false],
  ["patients with three rows each", true],
])("the classifier two-sample test rejects the same distribution at its level: %s", (_, hasClusters) => {
  const random = seededRandom(hasClusters ? 41 : 40);
  const perUnit = hasClusters ? 3 : 1;
  const nRejected = { 0.05: 0, 0.2: 0 };
  for (let study = 0; study < nStudies; study++) {
    const unit = Uint32Array.from({ length: 90 * perUnit }, (_, i) => Math.floor(i / perUnit));
    const perPatient = inputs(random, new Uint8Array(90));
    const columns = perPatient.map((column) =>
      Float64Array.from(unit, (u) => column[u]! + 0.05 * random.next()),
    );
    const found = classifierTwoSampleTest({
      columns,
      current: Uint8Array.from(unit, (u) => +(u < 30)),
      ...(hasClusters && { cluster: unit }),
      nFolds: 3,
      nPermutations: 39,
      random: seededRandom(study),
    });
    if (isNotEstimable(found)) throw new Error(found.notEstimable);
    for (const level of [0.05, 0.2] as const) nRejected[level] += +(found.pValue <= level);
  }
  console.log(`${nStudies} audits of one distribution: ${JSON.stringify(nRejected)} rejected at .05 and .2`);
  for (const level of [0.05, 0.2] as const) {
    const { lower, upper } = wilson(nRejected[level], nStudies, 0.99);
    expect(lower).toBeLessThanOrEqual(level);
    // Exact, not only conservative: p takes every fortieth.
    expect(upper).toBeGreaterThanOrEqual(level);
  }
});
