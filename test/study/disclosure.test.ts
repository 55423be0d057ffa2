import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Dossier } from "../../src/evidence/dossier.ts";
import type { ComputedEstimate, Estimate } from "../../src/evidence/estimate.ts";
import { clopperPearson, wilson } from "../../src/stats/proportion.ts";
import { evaluated, type Written } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { bundledStudy, copyStudy, readRows, replaced, temporaryFolder } from "./study-copy.ts";

/** Counts from 1 to 10 may not leave, nor follow from what leaves. */
const minimumCell = 11;
const isSmall = (count: number): boolean => count > 0 && count < minimumCell;

const folder = temporaryFolder();
afterAll(folder.remove);

const hidesSmallCells = (text: string): string =>
  replaced(text, "minimum_cell: 1, because: both tables are public", "minimum_cell: 11");

/** Sixty women, and the whole study, whose strata are large but whose risk groups and histogram are not. */
describe.each([60, 140, 686])("%i women and a minimum cell of 11", (nWomen) => {
  let study: Written;
  let committee: Dossier;

  beforeAll(async () => {
    const at = join(folder.path, String(nWomen));
    const small = copyStudy(join(at, `study-${nWomen}`), {
      withoutDevelopment: true,
      protocol: hidesSmallCells,
      patients: (rows) => rows.slice(0, nWomen),
    });
    study = await evaluated(small, join(at, "out"), { draws: 100 });
    committee = study.committee;
  });

  const shown = (): ComputedEstimate[] =>
    committee.estimates.filter((estimate): estimate is ComputedEstimate => !("hidden" in estimate));
  const known = (id: string): Exclude<Estimate, { hidden: true }> | undefined =>
    shown().find((estimate) => estimate.id === id);

  test("the files are sound", () => assertSound(study));

  test("the team has a report in which nothing is withheld, marked as its own; the committee's is not", () => {
    const team = readFileSync(join(folder.path, String(nWomen), "out", "team", "report.html"), "utf8");
    const mark = "Contains small counts: do not pass on.";
    expect(team).toContain(mark);
    expect(team).not.toContain('class="hidden"');
    expect(team).not.toContain("Withheld:");
    expect(study.report).toContain('class="hidden"');
    for (const page of [study.report, study.memo]) expect(page).not.toContain(mark);
  });

  test("no estimate carries a small count or its complement", () => {
    for (const estimate of shown()) {
      if (/^(burden|data\.known-at|data\.records)/.test(estimate.id)) continue;
      const { id, n, events } = estimate;
      const counts = [n, ...(events === undefined ? [] : [events, n - events])];
      if ("value" in estimate) {
        const { numerator, denominator, unit, value } = estimate;
        if (numerator !== undefined && denominator !== undefined)
          counts.push(numerator, denominator, denominator - numerator);
        if (unit === "count") counts.push(value, n - value);
      }
      expect(counts.filter(isSmall), id).toEqual([]);
    }
  });

  test("no matrix, attrition, table or finding holds a small count", () => {
    const { matrices, attrition, tables, findings } = committee;
    for (const { id, cells } of matrices)
      expect(
        cells.flat().filter((cell) => cell !== null && isSmall(cell)),
        id,
      ).toEqual([]);
    for (const step of attrition)
      for (const count of [step.records, step.subjects, step.excluded])
        expect(isSmall(count ?? 0), step.label).toBe(false);
    for (const { id, columns, rows } of tables) {
      columns.forEach(({ key }, c) => {
        if (!["n", "events", "atRisk", "censored", "eventFree", "flagged"].includes(key)) return;
        const counts = rows.map((row) => row[c]).filter((cell) => typeof cell === "string");
        expect(counts.map(Number).filter(isSmall), `${id} ${key}`).toEqual([]);
      });
    }
    for (const { id, rows } of findings) expect(isSmall(rows?.count ?? 0), id).toBe(false);
  });

  test("no page prints a small count, as a fraction, an n or events", () => {
    for (const page of [study.memo, study.report]) {
      const text = visibleText(page).replaceAll(/doi:\S+/g, "");
      const number = (digits: string): number => Number(digits.replaceAll(",", ""));
      const printed = [
        ...[...text.matchAll(/([\d,]+)\/([\d,]+)/g)].flatMap(([, a, b]) => [
          number(a!),
          number(b!),
          number(b!) - number(a!),
        ]),
        ...[...text.matchAll(/\bn ([\d,]+)/g)].map(([, n]) => number(n!)),
        ...[...text.matchAll(/([\d,]+) (?:events|patients|women)\b/g)].map(([, n]) => number(n!)),
      ];
      expect(printed.filter(isSmall)).toEqual([]);
    }
  });

  describe("subtraction", () => {
    const families = {
      age: ["<50", "50-64", "65+"],
      meno: ["0", "1"],
      grade: ["1", "2", "3"],
      hormon: ["0", "1"],
    };
    /** A count of an estimate by name; undefined where the estimate is hidden. */
    const countOf = (
      id: string,
      part: "n" | "events" | "value" | "numerator" | "others",
    ): number | undefined => {
      const estimate = known(id);
      if (estimate === undefined) return undefined;
      if (part === "n") return estimate.n;
      if (part === "events") return estimate.events;
      if (part === "others") return estimate.events === undefined ? undefined : estimate.n - estimate.events;
      return "value" in estimate ? estimate[part] : undefined;
    };
    const counts = [
      ["cohort.in-group", "n"],
      ["performance.flagged", "n"],
      ["performance.flagged", "events"],
      ["performance.flagged", "others"],
      ["performance.flagged", "numerator"],
      ["cohort.unknown", "numerator"],
      ["cohort.event-free", "value"],
      ["performance.sensitivity", "numerator"],
      ["performance.specificity", "numerator"],
      ["performance.ppv", "numerator"],
      ["performance.npv", "numerator"],
    ] as const;

    test.each(Object.entries(families))("strata of %s from the whole", (family, levels) => {
      for (const [measure, part] of counts) {
        const wholeId = measure === "cohort.in-group" ? "cohort.analysed" : `${measure}@60mo`;
        const whole = countOf(wholeId, part);
        const values = levels.map((level) => countOf(`${measure}@60mo/${family}:${level}`, part));
        const hiddenCount = values.filter((value) => value === undefined).length;
        if (whole === undefined || hiddenCount === 0) continue;
        const rest = whole - values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
        expect(isSmall(rest), `${measure} ${part} ${family}: ${rest}`).toBe(false);
        // One hidden stratum alone is no secret: it is the rest.
        if (hiddenCount === 1 && part === "n") throw new Error(`one hidden stratum of ${family}: ${rest}`);
      }
    });

    test("a slice from the whole", () => {
      for (const [measure, part] of counts) {
        const wholeId = measure === "cohort.in-group" ? "cohort.analysed" : `${measure}@60mo`;
        const [whole, slice] = [countOf(wholeId, part), countOf(`${measure}@60mo/slice:many_nodes`, part)];
        if (whole !== undefined && slice !== undefined)
          expect(isSmall(whole - slice), `${measure} ${part}`).toBe(false);
      }
    });

    test.each(["12mo", "24mo", "60mo"])("risk groups at %s", (horizon) => {
      for (const part of ["n", "events", "others"] as const) {
        const whole =
          countOf(`performance.auc@${horizon}`, part) ?? countOf(`cohort.events@${horizon}`, part);
        const ids = committee.estimates
          .map(({ id }) => id)
          .filter((id) => id.startsWith(`performance.observed@${horizon}/risk-group:`));
        const values = ids.map((id) => countOf(id, part));
        const hiddenCount = values.filter((value) => value === undefined).length;
        if (whole === undefined || hiddenCount === 0) continue;
        const rest = whole - values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
        expect(isSmall(rest) || hiddenCount === 1, `${part} of the hidden risk groups: ${rest}`).toBe(false);
      }
    });

    test("one horizon from the next: events and departures between them", () => {
      for (const [measure, part] of [
        ["cohort.events", "value"],
        ["cohort.event-free", "value"],
        ["cohort.unknown", "numerator"],
      ] as const) {
        const values = ["12mo", "24mo", "60mo"].map((horizon) => countOf(`${measure}@${horizon}`, part));
        for (const [i, later] of values.entries()) {
          for (const earlier of values.slice(0, i))
            if (later !== undefined && earlier !== undefined)
              expect(isSmall(Math.abs(later - earlier)), `${measure}: ${earlier}, ${later}`).toBe(false);
        }
      }
    });

    test("lines of the matrices from the totals", () => {
      const total = (id: string, part: "value" | "numerator"): number | undefined => countOf(id, part);
      for (const { id, cells, columns } of committee.matrices) {
        const horizon = id.split("@")[1]!;
        const totals: Readonly<Record<string, number | undefined>> = {
          event: total(`cohort.events@${horizon}`, "value"),
          "event-free": total(`cohort.event-free@${horizon}`, "value"),
          unknown: total(`cohort.unknown@${horizon}`, "numerator"),
        };
        columns.forEach((column, c) => {
          const line = cells.map((row) => row[c]!);
          const whole = totals[column];
          const nHidden = line.filter((cell) => cell === null).length;
          if (whole === undefined || nHidden === 0) return;
          const rest = whole - line.reduce<number>((sum, cell) => sum + (cell ?? 0), 0);
          expect(isSmall(rest), `${id} ${column}: ${rest}`).toBe(false);
        });
      }
    });

    test("the worst stratum names none that is hidden", () => {
      const hidden = committee.estimates.flatMap((estimate) =>
        "hidden" in estimate && estimate.id.startsWith("cohort.in-group") ? [estimate.label] : [],
      );
      for (const estimate of shown()) {
        if (estimate.stratum !== "worst-of-strata" || !("value" in estimate)) continue;
        for (const label of hidden)
          expect(estimate.label.endsWith(label.replace(/^Patients/, "")), estimate.label).toBe(false);
      }
    });

    test("the decision curve has no point at which few are flagged or few are not", () => {
      const risks = readRows(join(bundledStudy, "predictions.csv"))
        .slice(0, nWomen)
        .map((row) => Number(row.risk_60m));
      const curve = committee.curves.find(({ id }) => id === "performance.net-benefit@60mo/model");
      for (const threshold of curve?.x ?? []) {
        const nFlagged = risks.filter((risk) => risk >= threshold).length;
        expect(isSmall(nFlagged), `${nFlagged} flagged at ${threshold}`).toBe(false);
        expect(isSmall(nWomen - nFlagged), `${nWomen - nFlagged} not flagged at ${threshold}`).toBe(false);
      }
    });
  });

  test("the team's half hides nothing", () => {
    expect(study.team.estimates.filter((estimate) => "hidden" in estimate)).toEqual([]);
    expect(committee.estimates.map(({ id }) => id)).toEqual(study.team.estimates.map(({ id }) => id));
  });
});

describe("a hidden stratum of 14 and the bounds of the worst stratum", () => {
  let study: Written;
  const nSmall = 14;

  beforeAll(async () => {
    const at = join(folder.path, "worst");
    // Nobody is censored, so that a bound is that of whole counts. Every fourth is predicted wrong, of the small stratum none.
    const risks = new Map<string, string>();
    const small = copyStudy(join(at, "study"), {
      withoutDevelopment: true,
      protocol: (text) => hidesSmallCells(replaced(text, /strata: \[.*\]/, "strata: [age: [50, 65], grade]")),
      patients: (rows) =>
        rows.map((row, i) => {
          const days = row.status === "1" ? row.rfstime! : "3000";
          const isWrong = i >= nSmall && i % 4 === 0;
          risks.set(row.pid!, Number(days) < 1820 !== isWrong ? "0.9" : "0.1");
          const grade = i < nSmall ? "1" : row.grade === "1" ? "2" : row.grade!;
          return { ...row, grade, rfstime: days, status: "1" };
        }),
      predictions: (rows) => rows.map((row) => ({ ...row, risk_60m: risks.get(row.pid!)! })),
    });
    study = await evaluated(small, join(at, "out"), { draws: 100 });
  });

  const rates = ["sensitivity", "specificity", "ppv", "npv"] as const;
  /** Lower bounds of the worst stratum, as printed, that are the small one's; undefined where none is shown. */
  const boundsIn = ({ estimates }: Dossier): (number | undefined)[] =>
    rates.map((rate) => {
      const found = estimates.find(({ id }) => id === `performance.${rate}@60mo/worst-of-strata`)!;
      const interval = "value" in found ? found.interval : undefined;
      return interval?.lowerIn === "grade:1" ? Number(interval.lower.toFixed(2)) : undefined;
    });
  const lowerOf = (k: number, n: number): number => {
    const level = 1 - 0.05 / 6;
    const isEdge = k === 0 || k === n;
    return n === 0 ? 0 : (isEdge ? clopperPearson(k, n, level) : wilson(k, n, level)).lower;
  };
  const fits = (bound: number | undefined, k: number, n: number): boolean =>
    bound === undefined || Math.abs(lowerOf(k, n) - bound) <= 0.005 + 1e-9;
  /** Tables of the small stratum to which all four bounds can belong. */
  const nTablesThatFit = ([sensitivity, specificity, ppv, npv]: readonly (number | undefined)[]): number => {
    let nTables = 0;
    for (let tp = 0; tp <= nSmall; tp++)
      for (let fn = 0; tp + fn <= nSmall; fn++)
        for (let fp = 0; tp + fn + fp <= nSmall; fp++) {
          const tn = nSmall - tp - fn - fp;
          const all =
            fits(sensitivity, tp, tp + fn) &&
            fits(specificity, tn, tn + fp) &&
            fits(ppv, tp, tp + fp) &&
            fits(npv, tn, tn + fn);
          if (all) nTables++;
        }
    return nTables;
  };

  test("more than one table of the hidden stratum fits what is shown", () => {
    const hidden = study.committee.estimates.filter(
      ({ stratum, id }) => stratum === "grade:1" && id.startsWith("performance.sensitivity"),
    );
    expect(hidden).toMatchObject([{ hidden: true }]);
    // The bounds are those of the small stratum, and together they leave one table.
    expect(nTablesThatFit(boundsIn(study.team))).toBe(1);
    expect(nTablesThatFit(boundsIn(study.committee))).toBeGreaterThan(100);
  });

  test("a value without its interval says that it is hidden, on the memo and in the report", () => {
    const withheld = study.committee.estimates.filter(
      (estimate) => "value" in estimate && estimate.isIntervalHidden,
    );
    expect(withheld.map(({ id }) => id)).toEqual(
      rates.map((rate) => `performance.${rate}@60mo/worst-of-strata`),
    );
    for (const estimate of withheld) expect(estimate).not.toHaveProperty("interval");
    const row = study.committee.memo.evidence.find(({ estimate }) => estimate.endsWith("/worst-of-strata"))!;
    expect(row.base).toEqual([]);
    expect(visibleText(study.memo)).toMatch(/Worst stratum: sensitivity at .40, \S.*?hidden/);
    expect(visibleText(study.report)).toContain("(interval hidden)");
  });
});

test("five flagged women of unknown status hide how many are flagged, and no rate of the whole", async () => {
  const flagged = new Set(
    readRows(join(bundledStudy, "predictions.csv")).flatMap((row) =>
      Number(row.risk_60m) >= 0.4 ? [row.pid!] : [],
    ),
  );
  const at = join(folder.path, "few-unknown");
  let nUnknown = 0;
  const study = copyStudy(join(at, "few-unknown"), {
    withoutDevelopment: true,
    protocol: hidesSmallCells,
    patients: (rows) =>
      rows.map((row) => {
        const isUnknown = row.status === "0" && Number(row.rfstime) < 1823 && flagged.has(row.pid!);
        return isUnknown && ++nUnknown > 5 ? { ...row, rfstime: "2500" } : row;
      }),
  });
  const { committee, team } = await evaluated(study, join(at, "out"), { draws: 0 });
  const matrix = team.matrices.find(({ id }) => id === "performance.operating-point@60mo")!;
  expect(matrix.cells[0]![2]).toBe(5);
  const isHidden = (name: string) =>
    "hidden" in committee.estimates.find(({ id }) => id === `performance.${name}@60mo`)!;
  expect(isHidden("flagged")).toBe(true);
  for (const name of ["sensitivity", "specificity", "ppv", "npv", "true-positives", "false-positives"])
    expect(isHidden(name), name).toBe(false);
});
