import fc from "fast-check";
import { expect, test } from "vitest";
import type { Estimate, KnownEstimate, Unit } from "./estimate.ts";
import { formatCount, formatPart, phraseText } from "./format.ts";

const base = {
  id: "room.measure@60mo",
  label: "Measure",
  n: 686,
  method: "by hand",
  evidence: "retrospective",
} as const;

function known(unit: Unit, value: number, more: Partial<KnownEstimate> = {}): KnownEstimate {
  return { ...base, unit, value, ...more };
}

function between(lower: number, upper: number): Pick<KnownEstimate, "interval"> {
  return { interval: { lower, upper, level: 0.95, kind: "pointwise" } };
}

const hidden: Estimate = { ...base, unit: "proportion", n: null, hidden: true };

const cases: readonly [string, Estimate, Parameters<typeof formatPart>[1], string][] = [
  ["a proportion drops the zero", known("proportion", 0.57), "value", ".57"],
  ["a proportion of one", known("proportion", 1), "value", "1.00"],
  ["a proportion of zero", known("proportion", 0), "value", ".00"],
  ["a proportion that would round to zero", known("proportion", 0.004), "value", "<.01"],
  ["a proportion that would round to one", known("proportion", 0.9951), "value", ">.99"],
  ["the same with three decimals", known("proportion", 0.00049, { decimals: 3 }), "value", "<.001"],
  ["a ratio as large as it prints", known("ratio", 999.99), "value", "999.99"],
  ["a ratio for which no page has room", known("ratio", 8_575_000), "value", ">999"],
  ["its interval", known("ratio", 8_575_000, between(7e6, 9e6)), "both", ">999 (>999)"],
  ["an interval that ends there", known("ratio", 900, between(500, 9e6)), "both", "900.00 (500.00–>999)"],
  ["a difference", known("difference", -9999), "value", "<\u2212999"],
  ["a number whose decimals are chosen keeps them", known("number", 1826, { decimals: 0 }), "value", "1,826"],
  [
    "a hidden interval",
    known("proportion", 0.5, { isIntervalHidden: true }),
    "both",
    ".50 (interval hidden)",
  ],
  ["the interval alone", known("proportion", 0.5, { isIntervalHidden: true }), "interval", "hidden"],
  ["chosen decimals", known("proportion", 0.1886, { decimals: 3 }), "value", ".189"],
  ["an interval", known("proportion", 0.57, between(0.5, 0.62)), "interval", ".50–.62"],
  ["value and interval", known("proportion", 0.57, between(0.5, 0.62)), "both", ".57 (.50–.62)"],
  [
    "bounds may round to the edge",
    known("proportion", 0.004, between(0.0004, 0.02)),
    "both",
    "<.01 (.00–.02)",
  ],
  ["both without an interval", known("proportion", 0.57), "both", ".57"],
  ["no interval says so", known("proportion", 0.57), "interval", "no interval"],
  ["a ratio", known("ratio", 1.0174, between(0.931, 1.1117)), "both", "1.02 (.93–1.11)"],
  ["a ratio may round to one", known("ratio", 0.9996), "value", "1.00"],
  ["a share", known("share", 0.57), "value", "57.0\u202f%"],
  ["a small share keeps its zero", known("share", 0.004), "value", "0.4\u202f%"],
  [
    "a share with its unit once",
    known("share", 0.802, between(0.748, 0.848)),
    "both",
    "80.2\u202f% (74.8–84.8)",
  ],
  [
    "a share carries its fraction",
    known("share", 0.802, { numerator: 1195, denominator: 1490 }),
    "both",
    "80.2\u202f% (1,195/1,490)",
  ],
  ["a fraction", known("share", 0.802, { numerator: 195, denominator: 243 }), "fraction", "195/243"],
  ["a gain", known("difference", 0.114), "value", "+.11"],
  ["a loss", known("difference", -0.02), "value", "\u2212.02"],
  ["no difference", known("difference", -0), "value", ".00"],
  ["a loss too small to print", known("difference", -0.004), "value", ".00"],
  ["an interval of gains", known("difference", 0.1, between(0.042, 0.152)), "interval", ".04–.15"],
  [
    "an interval across zero",
    known("difference", 0.01, between(-0.02, 0.05)),
    "interval",
    "\u2212.02\u00a0to\u00a0+.05",
  ],
  ["a count", known("count", 12418), "value", "12,418"],
  ["a huge count", known("count", 1e9), "value", "1,000,000,000"],
  ["a negative count", known("count", -1500), "value", "\u22121,500"],
  ["per thousand", known("perThousand", 399.307), "value", "399"],
  ["whole minutes", known("minutes", 28), "value", "28\u00a0min"],
  ["minutes", known("minutes", 1.8), "value", "1.8\u00a0min"],
  [
    "whole minutes with a broken bound",
    known("minutes", 2, between(1.5, 3)),
    "both",
    "2.0\u00a0min (1.5–3.0)",
  ],
  ["hours below zero", known("hours", -0.2), "value", "\u22120.2\u00a0h"],
  ["one day", known("days", 1), "value", "1\u00a0day"],
  ["days", known("days", 180), "value", "180\u00a0days"],
  ["years", known("years", 4.99), "value", "4.99\u00a0y"],
  ["money", known("usd", 6570), "value", "$6,570"],
  ["negative money", known("usd", -6570), "value", "\u2212$6,570"],
  ["a wage", known("usdPerHour", 45.66), "value", "$45.66/h"],
  ["a whole wage", known("usdPerHour", 60), "value", "$60/h"],
  ["n", known("proportion", 0.5, { n: 1234 }), "n", "1,234"],
  [
    "what does not exist",
    { ...base, unit: "proportion", notEstimable: "no events" },
    "both",
    "not estimable: no events",
  ],
  ["its n", { ...base, unit: "proportion", notEstimable: "no events" }, "n", "686"],
  ["what is withheld", hidden, "both", "hidden"],
  ["the n of what is withheld", hidden, "n", "hidden"],
];

test.each(cases)("prints %s", (_name, estimate, part, expected) => {
  expect(formatPart(estimate, part)).toBe(expected);
});

test("a missing fraction is a mistake of the caller and named", () => {
  expect(() => formatPart(known("share", 0.5), "fraction")).toThrow('"room.measure@60mo" has no fraction');
});

test("what is not a number is never printed", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => formatPart(known("ratio", value), "value")).toThrow("cannot be printed");
  }
});

const anyUnit = fc.constantFrom<Unit>(
  ...(["proportion", "share", "difference", "ratio", "count", "perThousand", "minutes"] as const),
  ...(["hours", "days", "years", "usd", "usdPerHour", "number"] as const),
);

test("no number can break over two lines, and none prints a hyphen as its sign", () => {
  fc.assert(
    fc.property(anyUnit, fc.double({ min: -1e12, max: 1e12, noNaN: true }), (unit, value) => {
      expect(formatPart(known(unit, value), "value")).not.toMatch(/[ -]/);
    }),
  );
});

test("a count reads back as itself", () => {
  fc.assert(
    fc.property(fc.nat(), (count) => {
      expect(Number(formatCount(count).replaceAll(",", ""))).toBe(count);
    }),
  );
});

test("a phrase prints its numbers in place and refuses unknown ones", () => {
  const byId = new Map([[base.id, known("proportion", 0.57)]]);
  const phrase = ["Finds ", { id: base.id, part: "value" }, " of ", { id: base.id, part: "n" }, "."] as const;
  expect(phraseText(phrase, byId)).toBe("Finds .57 of 686.");
  expect(() => phraseText([{ id: "gone", part: "n" }], byId)).toThrow('no estimate has the id "gone"');
});
