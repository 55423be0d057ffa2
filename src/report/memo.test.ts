import { expect, test } from "vitest";
import { dossier } from "../../test/report-fixture/dossier.ts";
import type { Dossier, Memo } from "../evidence/dossier.ts";
import type { Estimate } from "../evidence/estimate.ts";
import { Problem } from "../evidence/problem.ts";
import { checkMemoFits, renderMemo } from "./memo.ts";
import { foot, fullHeight, page } from "./memo-page.ts";
import { legend } from "./memo-words.ts";
import { balancedColumns, linesNeeded, textWidth } from "./text-fit.ts";

const options = { fonts: [], dossierSha256: "0a1b2c3d".repeat(8) };

function withMemo(change: Partial<Memo>): Dossier {
  return { ...dossier, memo: { ...dossier.memo, ...change } };
}

/** So many lines of ordinary text in the full column. */
function text(lines: number): string {
  return Array.from({ length: lines * 20 }, () => "word").join(" ");
}

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("no problem was thrown");
}

test("the blocks at their longest fill no more than the page", () => {
  expect(fullHeight()).toBeLessThanOrEqual(page.height);
});

const hiddenNumber: Estimate = {
  ...{ id: "performance.ppv@60mo", label: "PPV", unit: "proportion", method: "", evidence: "retrospective" },
  ...{ n: null, hidden: true },
};

test("each line of the legend fits beside the page number, and says what hidden means where it occurs", () => {
  const plain = legend(dossier);
  const hiding = legend({ estimates: [hiddenNumber], minimumCell: 1000 });
  expect([plain.length, hiding.length]).toEqual([foot.lines, foot.lines]);
  for (const text of [...plain, ...hiding]) {
    expect(textWidth({ text, face: "sans400", size: 7.4 }) + 50, text).toBeLessThan(page.width);
  }
  expect(legend({ estimates: [hiddenNumber], minimumCell: 11 }).join(" ")).toContain("hidden: fewer than 11");
  expect(legend({ estimates: [], minimumCell: 11 }).join(" ")).not.toContain("hidden");
});

test("eleven blocks stand in their order, with the verdict's word and the stamp", () => {
  const memo = renderMemo(dossier, options);
  const numbers = [...memo.matchAll(/class="block"><i>(\d+)<\/i>/g)].map(([, number]) => Number(number));
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(memo).toMatch(/<\/svg>HOLD<\/span>/);
  expect(memo).toContain('<span class="stamp">HALTED</span>');
  expect(renderMemo({ ...dossier, verdict: { ...dossier.verdict, halted: false } }, options)).not.toContain(
    ">HALTED<",
  );
});

test("the page has no script, fetches nothing, and is the same each time", () => {
  const memo = renderMemo(dossier, options);
  expect(memo).toContain("default-src &#39;none&#39;");
  expect(memo).not.toMatch(/<script|<link|<img|https?:/);
  expect(renderMemo(dossier, options)).toBe(memo);
});

test("numbers link to the report; what does not exist says so", () => {
  const memo = renderMemo(dossier, options);
  expect(memo).toContain('href="report.html#performance.observed-expected@60mo">1.02</a>');
  expect(memo).toContain('href="report.html#labels.kappa">not estimable</a>');
});

test("text of others is escaped", () => {
  const memo = renderMemo(withMemo({ dissent: { text: "<b>no</b>", by: "A & B" } }), options);
  expect(memo).toContain("&lt;b&gt;no&lt;/b&gt;");
  expect(memo).toContain("A &amp; B");
});

const tooLong: readonly [string, number, Partial<Memo>][] = [
  ["Decision", 2, { decision: [text(7)] }],
  ["Fatal flaw", 3, { flaw: { lead: "Found.", text: [text(5)] } }],
  ["Question, use", 4, { question: [{ term: "Who acts", text: [text(6)] }] }],
  ["Evidence", 5, { also: [text(5)] }],
  ["Data", 6, { data: { have: [text(4)], gap: [text(4)] } }],
  ["Burden, benefit", 7, { burden: { cost: [text(5)], benefit: [text(5)] } }],
  ["Harm, fallback", 8, { harm: [{ term: "Delay", text: [text(6)] }] }],
  ["Seven gates", 9, { papers: [text(3)] }],
  ["What would change our mind", 10, { mind: [{ term: "Review", text: [text(6)] }] }],
  ["Dissent, signatures", 11, { dissent: { text: text(4), by: "lead" } }],
];

test.each(tooLong)("too much text in %s is a problem that names block %i", (name, block, change) => {
  const problem = problemOf(() => checkMemoFits(withMemo(change)));
  expect(problem.code).toBe("memo-too-long");
  expect(problem.message).toMatch(new RegExp(`^block ${block} "${name}" is \\d+ lines? too long`));
});

test("all that lock, amendments and replaced inputs say has its place", () => {
  const protocol =
    "dddd … dddd, locked 2026-11-21, after decision date 2026-06-30, outcomes known, amended 22×, inputs replaced";
  const file = "predictions (2026-11-21)";
  const halted = "HALTED until all 7 gates pass, 7 do not";
  const sha = "dddddddd…";
  const name = `…${"m".repeat(24)}`;
  const finding =
    "Predictions were replaced after results on others could be opened on " +
    `2026-11-21: ${name}, sha256 ${sha} then, ${sha} now.`;
  checkMemoFits(
    withMemo({
      header: { ...dossier.memo.header, protocol },
      flaw: { lead: "None fatal. Most serious:", text: [finding] },
      decision: [`Recommend REDESIGN. ${finding}`],
      papers: [
        `${halted} \u00b7 Replaced after results were opened: ${file}, patients (2026-11-21), ` +
          "model file (2026-11-21), development (2026-11-21)",
      ],
    }),
  );
});

test("a header as long as a protocol and its trail can make it takes the lines that other blocks leave", () => {
  const protocol =
    "dddd … dddd, locked 2026-11-21, after decision date 2026-06-30, outcomes known, amended 22×, inputs replaced";
  const longest = "University Hospital, Department of Gynaecology and Obstetrics";
  const header = { ...dossier.memo.header, protocol, dataCut: [longest.slice(0, 60)] };
  const site = [longest.slice(0, 60), ", ", { id: "cohort.women", part: "value" } as const, " patients"];
  checkMemoFits(withMemo({ header: { ...header, site } }));
  const words = (n: number) => [{ term: "Term", text: [text(n)] }];
  const full = { question: words(4), harm: words(4), mind: words(4), flaw: { lead: "x", text: [text(2)] } };
  const data = { have: [text(1)], gap: [text(1)] };
  const problem = problemOf(() =>
    checkMemoFits(withMemo({ ...full, data, header: { ...header, site: [text(5)] } })),
  );
  expect(problem.message).toMatch(/^block 1 "Header" is \d+ lines? too long/);
});

test("what was before has its place beside what signatures say", () => {
  const { dissent: _, ...rest } = dossier.memo;
  const before =
    "Earlier verdicts: NO-GO, REDESIGN (2026-11-21). Earlier dossier rejected as Compliance. ".repeat(2);
  const memo = renderMemo({ ...dossier, memo: { ...rest, before: before.slice(0, 150) } }, options);
  expect(memo).toContain(
    'No dissent recorded with this dossier.</cite> <span class="before">Earlier verdicts: ',
  );
});

test("a decision of 300 characters, as with why its number is hidden, keeps its lines", () => {
  const words =
    " Hidden: fewer than 11 patients are behind it, or such a count would follow; " +
    "the team, who may see patient data, reads it in team/dossier.json.";
  const reason =
    "Recommend NO-GO. Sensitivity in the worst stratum of the women treated: hidden, limit .50. ".repeat(2);
  checkMemoFits(withMemo({ decision: [reason.slice(0, 300 - words.length), words] }));
});

test("each overfull block is listed", () => {
  const problem = problemOf(() => renderMemo(withMemo({ decision: [text(9)], papers: [text(3)] }), options));
  expect(problem.message).toContain("block 2");
  expect(problem.detail.others).toEqual([expect.stringContaining("block 9")]);
});

test("a phrase about an unknown number is refused", () => {
  expect(() => renderMemo(withMemo({ also: [{ id: "gone", part: "value" }] }), options)).toThrow(
    'no estimate has the id "gone"',
  );
});

const run = (value: string, whole = false) => ({ text: value, face: "sans400" as const, size: 10, whole });

test("lines are counted by hand: three words of four letters o, each 22 pt wide, and spaces of 2 pt", () => {
  // The letter o is .542 em, a space .2 em; with one per cent for kerning 21.9 and 2.02 points at size 10.
  const words = [run("oooo oooo oooo")];
  expect(linesNeeded(words, 70)).toBe(1);
  expect(linesNeeded(words, 69)).toBe(2);
  expect(linesNeeded(words, 46)).toBe(2);
  expect(linesNeeded(words, 45)).toBe(3);
  expect(linesNeeded([run("oooo oooo", true)], 46)).toBe(1);
  expect(linesNeeded([run("oooo"), run("oooo")], 22)).toBeGreaterThan(1);
  expect(linesNeeded([], 10)).toBe(1);
});

test("a character outside the embedded fonts counts as one em", () => {
  expect(textWidth(run("\u4e00"))).toBeCloseTo(10.1, 10);
});

test("balanced columns fill the room and keep their least width", () => {
  const long = [run(Array.from({ length: 40 }, () => "oooo").join(" "))];
  const { widths, lines } = balancedColumns([long, [run("oo")]], { total: 400, gap: 10, atLeast: [0, 60] });
  expect(widths[1]).toBeGreaterThanOrEqual(60);
  expect(widths[0]! + widths[1]!).toBeLessThanOrEqual(390);
  expect(linesNeeded(long, widths[0]!)).toBe(lines);
});
