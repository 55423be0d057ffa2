import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";
import { cusumRunLength, ewmaRunLength, shewhartRunLength } from "./run-length.ts";

const agree = recordAgreement({
  estimator: "Average run length of CUSUM and EWMA charts",
  reference: "spc::xcusum.arl, xewma.arl",
  tolerance: { relative: 1e-8 },
});

function known(length: number | NotEstimable): number {
  if (isNotEstimable(length)) throw new Error(length.notEstimable);
  return length;
}

for (const { name, input, expected } of reference("run-length"))
  test(`agrees with R: ${name}`, () => {
    const of = (key: string) => input[key]![0]!;
    const shift = of("shift");
    const ours = name.startsWith("cusum")
      ? cusumRunLength({ k: of("k"), h: of("h"), shift })
      : ewmaRunLength({ lambda: of("lambda"), limit: of("limit"), shift });
    agree(name, known(ours), expected);
  });

describe("by hand", () => {
  test("a Shewhart chart alarms with each observation alike", () => {
    expect(known(shewhartRunLength({ limit: 3, shift: 0 }))).toBeCloseTo(1 / 0.0026997960632601866, 6);
    expect(known(shewhartRunLength({ limit: 3, shift: 3 }))).toBeCloseTo(1 / (0.5 + normalCdf(-6)), 12);
  });

  test("an EWMA with λ = 1 is a Shewhart chart", () => {
    expect(ewmaRunLength({ lambda: 1, limit: 2.5, shift: 0.7 })).toBe(
      known(shewhartRunLength({ limit: 2.5, shift: 0.7 })),
    );
  });

  test("a CUSUM with a low limit: its first alarm is an observation above k + h at the earliest", () => {
    // With h → 0 every observation at most k sets the chart back to 0, and one above k + h alarms.
    expect(known(cusumRunLength({ k: 1, h: 1e-9, shift: 0 }))).toBeCloseTo(1 / normalCdf(-1), 6);
  });
});

/** Brook and Evans: the chart's position in 2m − 1 classes of equal width; C at 0 in the first half class. */
function markovCusum(k: number, h: number, shift: number, m: number): number {
  const width = (2 * h) / (2 * m - 1);
  // Solved by iteration: L ← 1 + K L, from above and below at once by a long run.
  const kernel = Array.from({ length: m }, (_, i) =>
    Array.from({ length: m }, (_, j) => {
      const c = (j - i) * width + k - shift;
      return normalCdf(c + width / 2) - (j === 0 ? 0 : normalCdf(c - width / 2));
    }),
  );
  let length = new Array<number>(m).fill(0);
  for (let step = 0; step < 1_500; step++)
    length = kernel.map((row) => 1 + row.reduce((total, value, j) => total + value * length[j]!, 0));
  return length[0]!;
}

test("a Markov chain of the chart's position gives the run length within its grid", () => {
  for (const [k, h, shift] of [
    [0.5, 4, 1],
    [0.5, 3, 0],
    [0.25, 5, 0.5],
  ] as const) {
    const markov = markovCusum(k, h, shift, 60);
    expect(Math.abs(known(cusumRunLength({ k, h, shift })) / markov - 1)).toBeLessThan(0.002);
  }
});

test("simulated charts alarm after the stated number of observations", () => {
  const random = seededRandom(11);
  const nRuns = 4_000;
  const [lambda, limit, shift] = [0.2, 2.2, 0.5];
  const reach = limit * Math.sqrt(lambda / (2 - lambda));
  let total = 0;
  let squares = 0;
  for (let run = 0; run < nRuns; run++) {
    let length = 0;
    for (let e = 0; Math.abs(e) <= reach; length++)
      e = lambda * (shift + normalQuantile(1 - random.next())) + (1 - lambda) * e;
    total += length;
    squares += length * length;
  }
  const mean = total / nRuns;
  const stdError = Math.sqrt((squares / nRuns - mean ** 2) / nRuns);
  expect(Math.abs(mean - known(ewmaRunLength({ lambda, limit, shift })))).toBeLessThan(3.5 * stdError);
});

describe("edges", () => {
  test("a longer way to the limit, or a smaller shift, takes longer", () => {
    const length = (h: number, shift: number) => known(cusumRunLength({ k: 0.5, h, shift }));
    expect(length(5, 0)).toBeGreaterThan(length(4, 0));
    expect(length(4, 0)).toBeGreaterThan(length(4, 0.25));
    const ewma = (shift: number) => known(ewmaRunLength({ lambda: 0.1, limit: 2.7, shift }));
    expect(ewma(0.5)).toBeCloseTo(ewma(-0.5), 8);
  });

  test("a limit that is hardly ever reached has no run length in digits", () => {
    expect(isNotEstimable(cusumRunLength({ k: 0.5, h: 40, shift: 0 }))).toBe(true);
    expect(cusumRunLength({ k: 0, h: 251, shift: 0 })).toEqual({
      notEstimable: "limits of more than 250 standard deviations of a step",
    });
    expect(isNotEstimable(ewmaRunLength({ lambda: 1e-5, limit: 3, shift: 0 }))).toBe(true);
    expect(isNotEstimable(ewmaRunLength({ lambda: 0.1, limit: 9, shift: 0 }))).toBe(true);
    expect(isNotEstimable(shewhartRunLength({ limit: 9, shift: 0 }))).toBe(true);
  });

  test.each([
    ["h of 0", () => cusumRunLength({ k: 0.5, h: 0, shift: 0 })],
    ["k below 0", () => cusumRunLength({ k: -0.5, h: 4, shift: 0 })],
    ["a shift that is NaN", () => cusumRunLength({ k: 0.5, h: 4, shift: Number.NaN })],
    ["λ of 0", () => ewmaRunLength({ lambda: 0, limit: 3, shift: 0 })],
    ["λ above 1", () => ewmaRunLength({ lambda: 1.1, limit: 3, shift: 0 })],
    ["a limit of 0", () => shewhartRunLength({ limit: 0, shift: 0 })],
    ["a limit that is NaN", () => ewmaRunLength({ lambda: 0.1, limit: Number.NaN, shift: 0 })],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
