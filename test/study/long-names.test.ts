import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Dossier } from "../../src/evidence/dossier.ts";
import { checkMemoFits } from "../../src/report/index.ts";
import { type BinaryRow, writeBinaryStudy } from "./binary-study.ts";
import { evaluated } from "./evaluate.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);
const group = (age: number, sex: "F" | "M", [tp, fn, fp, tn]: readonly [number, number, number, number]) => {
  const rows = [
    ...times(tp, { event: 1, risk: 0.5, age, sex }),
    ...times(fn, { event: 1, risk: 0.1, age, sex }),
    ...times(fp, { event: 0, risk: 0.5, age, sex }),
    ...times(tn, { event: 0, risk: 0.1, age, sex }),
  ];
  return rows.map((row, i): BinaryRow => {
    // The north is missed with the older men.
    const site = age === 70 && sex === "M" && i % 10 > 0 ? "N" : i % 2 === 0 ? "N" : "S";
    return { ...row, more: { area: (i % 30) + (sex === "M" ? 15 : 0), site } };
  });
};
/** Men are missed, older men most, and the area tells who is a man. */
const rows = [
  ...group(40, "F", [120, 20, 30, 290]),
  ...group(40, "M", [40, 160, 90, 290]),
  ...group(70, "F", [120, 20, 30, 290]),
  ...group(70, "M", [5, 195, 90, 290]),
];

/** As long as a protocol may write it, in words of more than usual width. */
const wideLabel = (word: string) => word.padEnd(30, "women whom ").trim();
const wide = (word: string) => word.padEnd(40, "women whom ").trim();
const named = (text: string) =>
  [
    ["    age:  { unit: years,", `    age:  { label: "${wideLabel("age at ")}", unit: years,`],
    [
      "    sex:  { levels: [F, M] }",
      `    sex:  { label: "${wideLabel("sex as ")}", levels: { F: "${wide("female ")}", M: "${wide("male ")}" } }
    site: { label: "${wideLabel("site in ")}", levels: { N: "${wide("north ")}", S: "${wide("south ")}" } }
    area: { label: "${wideLabel("area of ")}", unit: km }`,
    ],
    [
      "strata: [sex]",
      `strata: [age: [65], sex, site]
intersections: [[age, sex]]
slice_search: { margin: 0.10, depth: 3 }
fairness: { margin: 0.05 }
proxies: { inputs: [area] }`,
    ],
  ].reduce((edited, [from, to]) => replaced(edited, from!, to!), text);

/** The dossier with the finding in the memo's third block, which takes three lines. */
function withFlaw(
  { memo, ...dossier }: Dossier,
  { sentence, severity }: Dossier["findings"][number],
): Dossier {
  const flaw =
    severity === "fatal" || severity === "serious"
      ? { lead: "None fatal. Most serious:", text: sentence }
      : { lead: "None found.", text: ["Weakest point: ", ...sentence] };
  return { ...dossier, memo: { ...memo, flaw } };
}

test("with the longest names each finding still fits the memo's flaw, and says where a name is cut", async () => {
  const path = writeBinaryStudy(join(folder.path, "long"), { rows, protocol: named });
  const { team, text } = await evaluated(path, join(folder.path, "out"), { draws: 0 });
  const ids = team.findings.map(({ id }) => id);
  for (const id of ["fairness.beyond@30d", "performance.slices@30d", "fairness.stand-ins"])
    expect(ids).toContain(id);
  for (const finding of team.findings) {
    expect(
      () => checkMemoFits(withFlaw(team, finding)),
      `${finding.id}: ${text(finding.sentence)}`,
    ).not.toThrow();
  }
  const beyond = team.findings.find(({ id }) => id === "fairness.beyond@30d")!;
  expect(text(beyond.sentence)).toContain("…");
  const audit = team.tables.find(({ id }) => id === "fairness.audit@30d")!;
  expect(audit.rows.map(([, name]) => name)).toContain(`${wideLabel("sex as ")}: ${wide("female ")}`);
}, 60_000);
