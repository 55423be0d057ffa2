import { expect, test } from "vitest";
import { known } from "../../test/reference/known.ts";
import { ContractError } from "./assert.ts";
import { clusteredMarginTest, meanMarginTest } from "./clustered-margin-test.ts";
import { normalMarginTest, scoreMarginTest } from "./margin-test.ts";
import { isNotEstimable } from "./not-estimable.ts";

/** Each pair of groups' counts as rows. */
function rowsOf(x: readonly [number, number], n: readonly [number, number]) {
  const group = new Uint8Array(n[0] + n[1]).fill(1, n[0]);
  const event = new Uint8Array(n[0] + n[1]).fill(1, 0, x[0]).fill(1, n[0], n[0] + x[1]);
  return { event, group, cluster: Uint32Array.from(event, (_, i) => i) };
}

test("by hand: every row three times in one cluster says as much as once", () => {
  const single = rowsOf([30, 12], [90, 60]);
  const thrice = (column: Uint8Array | Uint32Array) => Array.from(column).flatMap((x) => [x, x, x]);
  const found = known(
    clusteredMarginTest(
      {
        event: Uint8Array.from(thrice(single.event)),
        group: Uint8Array.from(thrice(single.group)),
        cluster: Uint32Array.from(thrice(single.cluster)),
      },
      0.05,
    ),
  );
  // D = 3 · C/(C − 1) with C = 150 clusters; 59 degrees of freedom.
  const [n1, n2] = [(90 * 149) / 150, (60 * 149) / 150];
  const same = scoreMarginTest({ x1: n1 / 3, n1, x2: n2 / 5, n2 }, 0.05, 59);
  expect(found.difference).toBeCloseTo(30 / 90 - 12 / 60, 14);
  expect(found.beyond()).toBeCloseTo(same.beyond(), 12);
  expect(found.limitsAt(0.9).lower).toBeCloseTo(same.limitsAt(0.9).lower, 12);
});

test("by hand: patients in both groups share their luck, and its variance falls out of the difference", () => {
  // Patient k has one row in each group with the value k + group: the difference is 1 and no patient departs from it.
  const value = Float64Array.of(1, 2, 3, 4, 2, 3, 4, 5.4);
  const group = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1);
  const cluster = Uint32Array.of(0, 1, 2, 3, 0, 1, 2, 3);
  const found = known(meanMarginTest({ value, group, cluster }, 0.2));
  // Means 2.5 and 3.6. What each patient adds: (own first − 2.5 − own second + 3.6)/4 = .025, .025, .025, −.075.
  const stdError = Math.sqrt((4 / 3) * (3 * 0.025 ** 2 + 0.075 ** 2));
  const same = normalMarginTest({ difference: -1.1, stdError }, 0.2, 3);
  expect(found.difference).toBeCloseTo(-1.1, 14);
  expect(found.beyond()).toBeCloseTo(same.beyond(), 12);
});

test("rows that are all alike leave the clusters, each as one row", () => {
  const event = new Uint8Array(40);
  const group = new Uint8Array(40).fill(1, 20);
  const cluster = Uint32Array.from(event, (_, i) => i >> 1);
  const { lower, upper } = known(clusteredMarginTest({ event, group, cluster }, 0.1)).limitsAt(0.95);
  const same = scoreMarginTest({ x1: 0, n1: 10, x2: 0, n2: 10 }, 0.1, 9).limitsAt(0.95);
  expect({ lower, upper }).toEqual(same);
  expect(meanMarginTest({ value: new Float64Array(40), group, cluster }, 0.1)).toEqual({
    notEstimable: "no row is away from its mean",
  });
});

test("nobody, or one cluster, in a group is not estimable; what is no row is refused", () => {
  const rows = rowsOf([1, 1], [3, 3]);
  expect(isNotEstimable(clusteredMarginTest({ ...rows, group: new Uint8Array(6) }, 0.1))).toBe(true);
  expect(clusteredMarginTest({ ...rows, cluster: Uint32Array.of(0, 1, 2, 3, 3, 3) }, 0.1)).toEqual({
    notEstimable: "one cluster has no variance",
  });
  expect(() => clusteredMarginTest({ ...rows, event: Uint8Array.of(2, 0, 0, 0, 0, 0) }, 0.1)).toThrow(
    ContractError,
  );
  expect(() => clusteredMarginTest({ ...rows, group: new Uint8Array(6).fill(2) }, 0.1)).toThrow(
    ContractError,
  );
  expect(() => clusteredMarginTest({ ...rows, group: new Uint8Array(5) }, 0.1)).toThrow(ContractError);
});
