import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { betaBinomialShrinkage } from "./beta-binomial.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Beta-binomial shrinkage: prior, values and intervals",
  reference: "uniroot on the derivatives by digamma, qbeta",
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});

const counts = (values: Iterable<number>) => Uint32Array.from(values);
const shrink = (events: Iterable<number>, sizes: Iterable<number>, level?: number) =>
  betaBinomialShrinkage({
    events: counts(events),
    sizes: counts(sizes),
    ...(level === undefined ? {} : { level }),
  });

function shrunk(result: ReturnType<typeof shrink> | NotEstimable) {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  if (result.kind !== "shrunk") throw new Error(result.kind);
  return result;
}

for (const { name, input, expected } of reference("beta-binomial"))
  test(`agrees with R: ${name}`, () => {
    const { prior, groups, logLikelihood } = shrunk(shrink(input.events!, input.sizes!, 0.9));
    agree(
      name,
      [
        [prior.alpha, prior.beta, logLikelihood[1] - logLikelihood[0]],
        groups.map(({ value }) => value),
        groups.map(({ lower }) => lower),
        groups.map(({ upper }) => upper),
      ],
      expected,
    );
  });

/** So many groups of two with none, one and both. */
const pairs = (none: number, one: number, both: number) =>
  [0, 1, 2].flatMap((x) => new Array<number>([none, one, both][x]!).fill(x));

describe("by hand", () => {
  test("groups of two: the fitted shares are the observed ones", () => {
    // μ = 8/20. The share with one event is 2μ(1 − μ)/(1 + θ) = .48/(1 + θ) = 2/10, so θ = 1.4.
    const { prior, groups } = shrunk(shrink(pairs(5, 2, 3), new Array(10).fill(2)));
    expect(prior.mean).toBeCloseTo(0.4, 10);
    expect(prior.alpha).toBeCloseTo(0.4 / 1.4, 9);
    expect(prior.beta).toBeCloseTo(0.6 / 1.4, 9);
    expect(prior.sd).toBeCloseTo(Math.sqrt((0.24 * 1.4) / 2.4), 10);
    // (2/7 + 1)/(5/7 + 2) = 9/19 for one of two; two of 2 5/7 are its own.
    expect(groups[5]!.value).toBeCloseTo(9 / 19, 9);
    expect(groups[5]!.ownShare).toBeCloseTo(14 / 19, 9);
  });

  test("groups of two that differ less than chance has them: the pooled share, and it is said", () => {
    // .5/(1 + θ) = .8 has no θ from 0 on.
    expect(shrink(pairs(1, 8, 1), new Array(10).fill(2))).toEqual({ kind: "no overdispersion", pooled: 0.5 });
  });

  test("equal shares are no overdispersion", () => {
    expect(shrink([5, 10, 15], [50, 100, 150])).toEqual({ kind: "no overdispersion", pooled: 0.1 });
  });

  test("a group of nobody has the prior", () => {
    const { prior, groups } = shrunk(shrink([...pairs(5, 2, 3), 0], [...new Array(10).fill(2), 0]));
    expect(groups[10]!.value).toBeCloseTo(prior.mean, 12);
    expect(groups[10]!.ownShare).toBe(0);
  });
});

const anyGroups = fc.array(
  fc
    .record({ size: fc.integer({ min: 0, max: 25 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ size, share }) => ({ size, events: Math.round(size * share) })),
  { minLength: 2, maxLength: 30 },
);
const of = (groups: readonly { events: number; size: number }[]) =>
  shrink(
    groups.map(({ events }) => events),
    groups.map(({ size }) => size),
  );

describe("properties", () => {
  test("a value lies between its group's share and the mean of the prior, its interval holds it", () => {
    fc.assert(
      fc.property(anyGroups, (data) => {
        const found = of(data);
        if (isNotEstimable(found) || found.kind !== "shrunk") return;
        for (const [i, { events, size }] of data.entries()) {
          const group = found.groups[i]!;
          const own = size === 0 ? found.prior.mean : events / size;
          expect(group.value).toBeGreaterThanOrEqual(Math.min(own, found.prior.mean) - 1e-12);
          expect(group.value).toBeLessThanOrEqual(Math.max(own, found.prior.mean) + 1e-12);
          expect(group.lower).toBeLessThan(group.upper);
        }
        expect(found.logLikelihood[1]).toBeGreaterThan(found.logLikelihood[0]);
      }),
    );
  });

  test("order does not matter; events turned into event-free turn the values", () => {
    fc.assert(
      fc.property(anyGroups, (data) => {
        const [found, reversed] = [of(data), of(data.toReversed())];
        const turned = of(data.map(({ events, size }) => ({ size, events: size - events })));
        if (isNotEstimable(found) || found.kind !== "shrunk") {
          expect("kind" in reversed).toBe("kind" in found);
          return;
        }
        const values = found.groups.map(({ value }) => value);
        shrunk(reversed)
          .groups.toReversed()
          .forEach(({ value }, i) => {
            expect(value).toBeCloseTo(values[i]!, 8);
          });
        shrunk(turned).groups.forEach(({ value }, i) => {
          expect(value).toBeCloseTo(1 - values[i]!, 7);
        });
      }),
    );
  });

  test("every group twice leaves the prior as it is", () => {
    fc.assert(
      fc.property(anyGroups, (data) => {
        const found = of(data);
        if (isNotEstimable(found) || found.kind !== "shrunk") return;
        const twice = shrunk(of([...data, ...data])).prior;
        expect(twice.mean).toBeCloseTo(found.prior.mean, 8);
        expect(twice.sd).toBeCloseTo(found.prior.sd, 8);
      }),
    );
  });
});

test("over simulated groups the intervals hold the truth and the values are nearer to it than the shares", () => {
  // True shares uniform on .1 to .3: the prior need not be a beta one.
  const random = seededRandom(11);
  let [held, n, ours, raw] = [0, 0, 0, 0];
  for (let study = 0; study < 60; study++) {
    const truth = Array.from({ length: 100 }, () => 0.1 + 0.2 * random.next());
    const sizes = truth.map(() => 10 + random.integer(40));
    const events = sizes.map((size, i) => {
      let x = 0;
      for (let k = 0; k < size; k++) x += +(random.next() < truth[i]!);
      return x;
    });
    const found = shrink(events, sizes);
    if (isNotEstimable(found) || found.kind !== "shrunk") continue;
    for (const [i, { value, lower, upper }] of found.groups.entries()) {
      n++;
      held += +(lower <= truth[i]! && truth[i]! <= upper);
      ours += (value - truth[i]!) ** 2;
      raw += (events[i]! / sizes[i]! - truth[i]!) ** 2;
    }
  }
  expect(n).toBeGreaterThan(4000);
  expect(held / n).toBeGreaterThan(0.92);
  expect(ours / raw).toBeLessThan(0.6);
});

describe("edges", () => {
  test.each([
    ["no group has anybody", shrink([], [])],
    ["only one group has anybody", shrink([1, 0], [3, 0])],
    ["no group has two", shrink([1, 0, 1], [1, 1, 1])],
    ["no events", shrink([0, 0], [3, 4])],
    ["everybody has the event", shrink([3, 4], [3, 4])],
    ["in each group all have the event or none", shrink([3, 0], [3, 4])],
  ])("%s", (notEstimable, found) => {
    expect(found).toEqual({ notEstimable });
  });

  test("one group of a hundred thousand among small ones", () => {
    const { groups } = shrunk(shrink([30_000, 10, 0, 11, 0, 7], [100_000, 10, 8, 11, 9, 7]));
    expect(groups[0]!.value).toBeCloseTo(0.3, 4);
  });

  test.each([
    ["more events than patients", () => shrink([4], [3])],
    ["columns of different lengths", () => shrink([1, 1], [3])],
    ["a level of 1", () => shrink([1, 1], [3, 3], 1)],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
