import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Row, smallRows, timesOf } from "../../test/reference/competing-twin.ts";
import { scoreVariance } from "./fine-gray-variance.ts";
import { subdistributionLikelihood } from "./subdistribution-likelihood.ts";
import { subdistributionSets } from "./subdistribution-sets.ts";

interface Patient extends Row {
  /** Scaled covariates. */
  readonly values: readonly number[];
  /** exp(xβ). */
  readonly weight: number;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** G(t−) in one group of patients, 0 after its last time. */
function uncensoredBefore(patients: readonly Patient[], t: number): number {
  if (patients.every(({ time }) => time < t)) return 0;
  return timesOf(patients)
    .filter((u) => u < t)
    .reduce((free, u) => {
      const censored = patients.filter(({ time, cause }) => time === u && cause === 0).length;
      return free * (1 - censored / patients.filter(({ time }) => time >= u).length);
    }, 1);
}

/** Every sum over patients and times written out: O(n³). */
function naive(patients: readonly Patient[]) {
  const groups = [0, 1].map((g) => patients.filter(({ group }) => group === g));
  const p = patients[0]!.values.length;
  const index = Array.from({ length: p }, (_, j) => j);
  const weightAt = (one: Patient, t: number) => {
    if (one.time >= t) return 1;
    const own = groups[one.group]!;
    return one.cause === 2 ? uncensoredBefore(own, t) / uncensoredBefore(own, one.time) : 0;
  };
  const events = timesOf(patients.filter(({ cause }) => cause === 1)).map((t) => {
    const w = patients.map((one) => weightAt(one, t) * one.weight);
    const total = sumOf(w);
    const mean = index.map((j) => sumOf(patients.map(({ values }, i) => w[i]! * values[j]!)) / total);
    const d = patients.filter(({ time, cause }) => time === t && cause === 1).length;
    return { t, w, total, mean, d };
  });
  const logLikelihood =
    sumOf(patients.map(({ cause, weight }) => (cause === 1 ? Math.log(weight) : 0))) -
    sumOf(events.map(({ d, total }) => d * Math.log(total)));
  const deviation = (i: number, j: number, mean: readonly number[]) => patients[i]!.values[j]! - mean[j]!;
  const information = index.map((a) =>
    index.map((b) =>
      sumOf(
        events.flatMap(({ w, total, mean, d }) =>
          patients.map((_, i) => (d * w[i]! * deviation(i, a, mean) * deviation(i, b, mean)) / total),
        ),
      ),
    ),
  );
  const eta = patients.map(({ time, cause }, i) =>
    index.map(
      (j) =>
        sumOf(events.map(({ t, mean }) => (cause === 1 && time === t ? 1 : 0) * deviation(i, j, mean))) -
        sumOf(events.map(({ w, total, mean, d }) => (w[i]! * deviation(i, j, mean) * d) / total)),
    ),
  );
  const q = (g: number, u: number, j: number) =>
    sumOf(
      events
        .filter(({ t }) => t >= u)
        .flatMap(({ w, total, mean, d }) =>
          patients.map(({ time, cause, group }, i) =>
            group === g && cause === 2 && time < u ? (w[i]! * deviation(i, j, mean) * d) / total : 0,
          ),
        ),
    );
  const psi = patients.map(({ time, cause, group }) => {
    const own = groups[group]!;
    const atRisk = (u: number) => own.filter((one) => one.time >= u).length;
    const censored = (u: number) => own.filter((one) => one.time === u && one.cause === 0).length;
    return index.map(
      (j) =>
        (cause === 0 ? q(group, time, j) / atRisk(time) : 0) -
        sumOf(
          timesOf(own, time).map((u) =>
            censored(u) > 0 ? (q(group, u, j) * censored(u)) / atRisk(u) ** 2 : 0,
          ),
        ),
    );
  });
  const residual = eta.map((row, i) => row.map((value, j) => value + psi[i]![j]!));
  const score = index.map((j) => sumOf(eta.map((row) => row[j]!)));
  const middle = index.map((a) => index.map((b) => sumOf(residual.map((row) => row[a]! * row[b]!))));
  return { logLikelihood, score, information, middle };
}

describe("likelihood, gradient, curvature and score variance", () => {
  const coefficient = fc.double({ min: -1, max: 1, noNaN: true });

  test("agree with their sums over patients and times, with one and with two censoring groups", () => {
    let compared = 0;
    fc.assert(
      fc.property(smallRows, coefficient, coefficient, fc.boolean(), (list, b, c, twoGroups) => {
        const rows = list
          .map((row) => ({ ...row, group: twoGroups ? Math.min(row.group, 1) : 0 }))
          .toSorted((one, other) => one.time - other.time);
        const isGrouped = rows.some(({ group }) => group === 1);
        if (isGrouped && rows.every(({ group }) => group === 1)) return;
        const sets = subdistributionSets({
          time: Float64Array.from(rows, ({ time }) => time),
          cause: Uint8Array.from(rows, ({ cause }) => cause),
          nCauses: 2,
          of: 1,
          covariates: [Float64Array.from(rows, ({ x }) => x), Float64Array.from(rows, ({ z }) => z)],
          ...(isGrouped ? { censoringGroup: Uint16Array.from(rows, ({ group }) => group) } : {}),
        });
        const at = subdistributionLikelihood(sets, Float64Array.of(b, c));
        const twin = naive(
          rows.map((row, i) => {
            const values = sets.columns.map((column) => column[i]!);
            return { ...row, values, weight: Math.exp(b * values[0]! + c * values[1]!) };
          }),
        );
        const near = (actual: ArrayLike<number>, expected: readonly number[]) =>
          expected.forEach((value, j) => {
            expect(Math.abs(actual[j]! - value)).toBeLessThan(1e-9 * (1 + Math.abs(value)));
          });
        near([at.logLikelihood], [twin.logLikelihood]);
        near(at.score, twin.score);
        near(
          at.information.flatMap((row) => [...row]),
          twin.information.flat(),
        );
        near(
          scoreVariance(sets, at).flatMap((row) => [...row]),
          twin.middle.flat(),
        );
        compared++;
      }),
      { numRuns: 1500 },
    );
    expect(compared).toBeGreaterThan(1000);
  }, 60_000);
});
