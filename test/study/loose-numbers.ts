import { parseHTML } from "linkedom";
import type { Dossier } from "../../src/evidence/dossier.ts";
import { counted } from "../../src/evidence/format.ts";
import type { Protocol } from "../../src/protocol/index.ts";

/** A piece of a page's text with a digit that is neither a link, nor a traced cell, nor allowed below. */
export interface LooseNumber {
  readonly where: string;
  readonly text: string;
}

/** Parts of a page that are no evidence, and why. */
const apart: readonly (readonly [selector: string, why: string])[] = [
  ["style, script, title, svg, nav", "no text of the page; a figure repeats its table"],
  ["a.num", "opens the number"],
  ["table:has(caption .mono)", "its cells are traced by the table's id"],
  [".entries", "the list that links lead to"],
  [".block > i, .sign, .gate, td.place, footer", "numbers of blocks, gates, entries and pages"],
  [".day, dl.facts", "days of acts and of the decision; what fixes the run stands with its hashes"],
  ["table:has(td.hash)", "sizes of files, beside the SHA-256 that proves them"],
  [".mono, .hash, .at", "SHA-256, ledger entries, the model's version"],
];

const hashes = /[0-9a-f]{8}… (then|now)|sha256 [0-9a-f]{8}…|[0-9a-f]{4} … [0-9a-f]{4}|SHA-256 [0-9a-f]{64}/g;

/** Words in which a digit is no number of the study. */
const units =
  /95 % (CI|intervals?)|SHA-256|(per|Of|of|to|cells per) 1,000|Solid line: 1, right on average|cut below 0|\.\d+, ranking|excludes 1\b|(scores|interval spans) \.50/g;

/** Rules of the product, and how this run was made otherwise than they say. */
const rules =
  /20 h of shadowing|of 20 h|fewer than 100 events|until 100 events or more|all 7 gates|[\d,]+ bootstrap draws, not [\d,]+/g;

/** What the number beside it needs: its trace has about n = …; the limit on events is a link in the same row. */
const needed = /about n = [\d,]+( in .+? \(now [\d,]+\))?|until there are [\d,]+ events/g;

/**
 * Every digit of a page's visible text that nobody could open. What is allowed is a name, a day, a hash, a unit, a rule
 * of the product, or a tally that is counted again here.
 */
export function looseNumbers(
  page: string,
  { team, committee, protocol }: { team: Dossier; committee: Dossier; protocol: Protocol },
): LooseNumber[] {
  const { document } = parseHTML(page);
  const captions = new Map(Array.from(document.querySelectorAll("figure"), (figure) => cellsOf(figure)));
  for (const [selector] of apart)
    for (const element of Array.from(document.querySelectorAll(selector))) element.remove();
  const names = [...horizonsOf(protocol), ...namesIn(team), ...namesIn(committee)];
  names.sort((a, b) => b.length - a.length);
  const tallies = [...talliesOf(team), ...committee.curves.map(({ x }) => `${x.length} points`)];
  const found: LooseNumber[] = [];
  const visit = (node: Node, parent: Node): void => {
    if (node.nodeType !== 3) {
      for (const child of Array.from(node.childNodes)) visit(child, node);
      return;
    }
    const text = (node.textContent ?? "").replace(/\s+/g, " ").trim();
    const evidence = [hashes, needed].reduce((so, words) => so.replace(words, ""), text);
    const told = [...names, ...tallies].reduce((so, words) => so.replaceAll(words, ""), evidence);
    const rest = [units, rules].reduce((so, words) => so.replace(words, ""), told);
    const loose = numbersIn(rest).filter((number) => !captions.get(parent)?.has(number));
    if (loose.length > 0)
      found.push({ where: (parent as Element).localName, text: `${text} [${loose.join(" ")}]` });
  };
  // An entity begins another text.
  document.normalize();
  visit(document.body, document);
  return found;
}

const numbersIn = (text: string): readonly string[] => text.match(/\.?\d[\d.,]*\d|\d/g) ?? [];

/** A figure's caption, and the numbers of the table under it, which the caption repeats. */
function cellsOf(figure: Element): readonly [Node, ReadonlySet<string>] {
  const cells = Array.from(figure.querySelectorAll("td, th"), ({ textContent }) =>
    numbersIn(textContent ?? ""),
  );
  return [figure.querySelector("figcaption")!, new Set(cells.flat())];
}

function horizonsOf({ endpoint: { horizon, also, readAt } }: Protocol): readonly string[] {
  return [horizon, ...also, ...(readAt ? [readAt] : [])].map(({ label }) => label);
}

function namesIn({ estimates, trail, asOf, title, model }: Dossier): readonly string[] {
  const labels = estimates.map(({ label }) => label);
  const groups = labels.flatMap((label) =>
    label.includes(", ") ? [label.slice(label.indexOf(", ") + 2)] : [],
  );
  const acts = JSON.stringify(trail).match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [];
  const moments = acts.flatMap((time) => [
    `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`,
    time.slice(0, 10),
  ]);
  return [...labels, ...groups, ...moments, asOf, title, model.version];
}

/** How many of a list that the same page has. */
function talliesOf({
  requirements,
  verdict,
  findings,
  estimates,
  attrition,
  primaryHorizon,
  curves,
  minimumCell,
  trail,
}: Dossier) {
  const gates = requirements.filter(({ gate }) => gate !== undefined);
  const [pass, fail, none] = (["pass", "fail", "no evidence"] as const).map(
    (word) => gates.filter(({ state }) => state === word).length,
  );
  const decisive = verdict.decidedBy.length;
  const forSilent = requirements.filter(({ neededFor }) => neededFor === "silent").length;
  const start = `performance.sensitivity@${primaryHorizon}/`;
  const strata = estimates.filter(
    ({ id }) => id.startsWith(start) && !/\/(slice:|risk-group:|worst-of|[^/]*,)/.test(id),
  ).length;
  const passed = requirements.filter(
    ({ id, state }) => id.startsWith("acceptance.") && state === "pass",
  ).length;
  return [
    `amended ${trail.amendments.length}×`,
    ...trail.amendments.map((_, i) => `Amendment ${i + 1}`),
    ...trail.amendments.map(({ changes }) => `; ${counted(changes.length, "field")})`),
    `${pass} pass`,
    `${fail} fail`,
    `${none} no evidence`,
    `${7 - pass!} do not`,
    `${decisive} of ${forSilent} requirements`,
    `${decisive} requirements`,
    `${decisive - 1} others`,
    `${strata} strata`,
    `after ${attrition.length - 1} steps`,
    ...Array.from({ length: passed }, (_, i) => `${i + 1} pass${i === 0 ? "es" : ""}, in the report`),
    `${estimates.length} numbers`,
    `count below ${minimumCell}`,
    `counts below ${minimumCell}`,
    ...findings.flatMap(({ rows }) => (rows ? [`${rows.count.toLocaleString("en-US")} rows`] : [])),
    ...findings.flatMap(({ sentence, estimates }) => {
      const named = sentence.filter(
        (piece) => typeof piece !== "string" && "id" in piece && piece.part === "both",
      );
      return [`in ${estimates.length - named.length} more`];
    }),
    ...curves.map(({ x }) => `${x.length} points`),
  ];
}
