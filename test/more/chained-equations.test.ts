import { expect, test } from "vitest";
import { chainedEquations } from "../../src/stats/chained-equations.ts";
import { logisticRegression } from "../../src/stats/logistic.ts";
import { type Random, seededRandom } from "../../src/stats/random.ts";
import { standardNormal } from "../../src/stats/random-variates.ts";
import { rubinsRules } from "../../src/stats/rubins-rules.ts";
import { known } from "../reference/known.ts";

const nStudies = 300;
const nPatients = 400;
const slopes = { x: 0.8, group: -0.7 };

/** An outcome by a number and a binary column that depend on a third, which is known; both go missing by the outcome. */
function cohort(random: Random) {
  const rows = Array.from({ length: nPatients }, () => {
    const age = standardNormal(random);
    const x = 0.5 * age + standardNormal(random);
    const group = +(random.next() < 1 / (1 + Math.exp(-0.6 * age)));
    const event = +(random.next() < 1 / (1 + Math.exp(0.5 - slopes.x * x - slopes.group * group)));
    const isLost = () => +(random.next() < 1 / (1 + Math.exp(1.2 - 1.2 * event - 0.5 * age)));
    return { age, x, group, event, xMissing: isLost(), groupMissing: isLost() };
  });
  const column = (of: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, of);
  const marks = (of: (row: (typeof rows)[number]) => number) => Uint8Array.from(rows, of);
  const none = new Uint8Array(nPatients);
  return {
    x: { values: column(({ x }) => x), missing: marks(({ xMissing }) => xMissing) },
    group: {
      kind: "levels",
      nLevels: 2,
      values: column((row) => row.group),
      missing: marks((row) => row.groupMissing),
    },
    event: { kind: "levels", nLevels: 2, values: column(({ event }) => event), missing: none },
    age: { kind: "normal", values: column(({ age }) => age), missing: none },
  } as const;
}

function coefficientsOf(x: Float64Array, group: Float64Array, event: Float64Array) {
  const found = logisticRegression({ event: Uint8Array.from(event), covariates: [x, group] });
  return [1, 2].map((j) => ({ value: found.coefficients[j]!, variance: found.variance[j]![j]! }));
}

test.each(["normal", "matching"] as const)(
  "pooled intervals hold the truth where the complete cases do not: %s",
  (kind) => {
    const random = seededRandom(kind === "normal" ? 51 : 52);
    const held = { mean: 0, completeMean: 0, x: 0, group: 0 };
    for (let study = 0; study < nStudies; study++) {
      const { x, group, event, age } = cohort(random);
      const { completed } = known(
        chainedEquations({
          columns: [{ kind, ...x }, group, event, age],
          nImputations: 8,
          nIterations: 5,
          random: seededRandom(study),
        }),
      );
      const holds = (estimates: readonly { value: number; variance: number }[], truth: number) => {
        const { lower, upper } = known(
          rubinsRules({
            estimates: Float64Array.from(estimates, ({ value }) => value),
            variances: Float64Array.from(estimates, ({ variance }) => variance),
            completeDegreesOfFreedom: nPatients - 3,
          }),
        );
        return +(lower <= truth && truth <= upper);
      };
      const meanOf = (values: readonly number[]) => {
        const value = values.reduce((sum, v) => sum + v, 0) / values.length;
        const squares = values.reduce((sum, v) => sum + (v - value) ** 2, 0);
        return { value, variance: squares / (values.length - 1) / values.length };
      };
      const fits = completed.map(([values, level, outcome]) => coefficientsOf(values!, level!, outcome!));
      held.x += holds(
        fits.map(([first]) => first!),
        slopes.x,
      );
      held.group += holds(
        fits.map(([, second]) => second!),
        slopes.group,
      );
      held.mean += holds(
        completed.map(([values]) => meanOf([...values!])),
        0,
      );
      const complete = meanOf([...x.values].filter((_, i) => x.missing[i] === 0));
      held.completeMean += holds([complete, complete], 0);
    }
    console.log(
      `${nStudies} cohorts of ${nPatients}, ${kind}: intervals that held the truth ${JSON.stringify(held)}`,
    );
    for (const measure of ["mean", "x", "group"] as const)
      expect(held[measure] / nStudies).toBeGreaterThan(0.915);
    expect(held.completeMean / nStudies).toBeLessThan(0.85);
  },
);
