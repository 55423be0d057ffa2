import type { Dossier, Measure, SourceFile } from "../evidence/dossier.ts";
import { type Estimate, isKnown, measureOf } from "../evidence/estimate.ts";
import { formatCount, formatPart } from "../evidence/format.ts";
import type { GivenField } from "../evidence/given-fields.ts";
import { protocolNumberId } from "../evidence/phrase.ts";
import { anchorOf } from "./anchor.ts";
import { scrollable } from "./data-table.ts";
import { type Html, html } from "./html.ts";
import type { Numbers } from "./numbers.ts";
import { parts } from "./parts.ts";
import { inRows } from "./row-words.ts";
import { dash, section } from "./section.ts";

/**
 * Every number of the dossier once: what it means, how it was made, and the command that opens it.
 *
 * The list is long, so it is folded away on a screen until a link leads into it, and left out of print. The style
 * sheet does that by what the address names, because the page has no script.
 */
export function numbersSection(
  dossier: Pick<Dossier, "estimates" | "measures" | "binary">,
  numbers: Numbers,
  {
    traceCommand,
    file,
    given,
  }: {
    /** Absent while results are sealed. */
    readonly traceCommand?: (id: string) => string;
    /** Where the list stands beside the page. */
    readonly file: string;
    /** What the page has from the protocol. */
    readonly given: readonly GivenField[];
  },
): Html {
  const byMeasure = new Map<string, Estimate[]>();
  for (const estimate of dossier.estimates) {
    const key = measureOf(estimate.id);
    const group = byMeasure.get(key);
    if (group) group.push(estimate);
    else byMeasure.set(key, [estimate]);
  }
  const measures = new Map(dossier.measures.map((measure) => [measure.key, measure]));
  const groups = [...byMeasure].map(
    ([key, estimates]) =>
      html`<div class="measure">${meaning(key, measures.get(key))}<ol>${estimates.map((estimate) =>
        entry(estimate, numbers.place(estimate.id), traceCommand?.(estimate.id)),
      )}</ol></div>`,
  );
  const { id, title } = parts.everyNumber;
  const count = `${formatCount(dossier.estimates.length)} numbers`;
  return section("everyNumber", {
    aside: inRows(dossier, "What each number means, how it was made, and how many patients are behind it."),
    content: html`<p class="prose on-screen">${count}. ${
      traceCommand
        ? html`The command beside each opens it down to its source lines, where the team's half of the dossier lies;
<code>${traceCommand("<table>#<row>/<column>")}</code> opens a cell of a table, by the table's id and the row's
number.`
        : "Each opens down to its source lines once results are opened."
    }</p>
<p class="prose on-paper">${count}, not printed: the list stands on a screen and in ${file}${
      traceCommand ? html`; <code>probity trace</code> opens one number` : null
    }.</p>
<p class="toggle"><a class="opens" href="#${id}">Show the list: ${title.toLowerCase()}</a><a class="closes"
href="#${parts.files.id}">Hide the list</a></p><div class="entries">${groups}${givenList(given, traceCommand)}</div>`,
  });
}

/** Numbers that no row gives. */
function givenList(
  given: readonly GivenField[],
  traceCommand: ((id: string) => string) | undefined,
): Html | null {
  if (given.length === 0) return null;
  const items = given.map(({ field, texts }) => {
    const id = protocolNumberId(field);
    return html`<li id="${anchorOf(id)}"><span class="what">${field}</span>
<span class="value"><b>${texts.join(" \u00b7 ")}</b></span>${
      traceCommand === undefined ? null : html`<code>${traceCommand(id)}</code>`
    }</li>`;
  });
  return html`<div class="measure"><h3>Given by the protocol</h3><p>As the field of the protocol has it, or
counted in it; no row is behind it.</p><ol>${items}</ol></div>`;
}

/** Throws where a measure has no definition: a number nobody can explain is a bug. */
function meaning(key: string, measure: Measure | undefined): Html {
  if (measure === undefined) throw new Error(`no measure defines "${key}"`);
  return html`<h3>${measure.name}</h3><p>${measure.definition}</p><p class="equation">${measure.equation}</p>
<p class="sub">${measure.source}</p>`;
}

function entry(estimate: Estimate, place: number, command: string | undefined): Html {
  const { id, label, horizon, method, evidence } = estimate;
  const events = "hidden" in estimate ? undefined : estimate.events;
  const fraction =
    isKnown(estimate) && estimate.numerator !== undefined && estimate.denominator !== undefined
      ? formatPart(estimate, "fraction")
      : null;
  const facts = [
    fraction,
    `n ${formatPart(estimate, "n")}`,
    events === undefined ? null : `${formatCount(events)} events`,
    horizon ?? null,
    method,
    evidence,
  ].filter((fact) => fact !== null);
  return html`<li id="${anchorOf(id)}"><span class="place">${place}</span><span class="what">${label}</span>
<span class="value">${printed(estimate)}</span><span
class="sub">${facts.join(" \u00b7 ")}</span>${command === undefined ? null : html`<code>${command}</code>`}</li>`;
}

function printed(estimate: Estimate): Html {
  if (!isKnown(estimate)) return html`<em>${formatPart(estimate, "value")}</em>`;
  const { interval } = estimate;
  if (interval === undefined) return html`<b>${formatPart(estimate, "value")}</b>`;
  const kind = interval.kind === "pointwise" ? "" : `, ${interval.kind}`;
  const level = Number((interval.level * 100).toFixed(3));
  return html`<b>${formatPart(estimate, "value")}</b> (${formatPart(estimate, "interval")};
${level}\u202f%${kind})`;
}

/** The source files by their SHA-256, and what else fixes the run. */
export function filesSection({
  files,
  protocolSha256,
  asOf,
  seed,
  minimumCell,
}: Pick<Dossier, "files" | "protocolSha256" | "asOf" | "seed" | "minimumCell">): Html {
  const rows = files.map(
    ({ name, rows: count, bytes, sha256 }: SourceFile) => html`<tr><th scope="row">${name}</th>
<td class="n">${count === undefined ? dash("no rows") : formatCount(count)}</td><td
class="n">${formatCount(bytes)}</td><td
class="mono hash">${sha256}</td></tr>`,
  );
  return section("files", {
    aside: "The same files, protocol and seed give the same bytes.",
    content: html`${scrollable(
      "Source files",
      html`<table><thead><tr><th scope="col">File</th><th scope="col" class="n">Rows</th><th scope="col"
class="n">Bytes</th>
<th scope="col">SHA-256</th></tr></thead><tbody>${rows}</tbody></table>`,
    )}<dl class="facts"><div><dt>Protocol SHA-256</dt><dd class="mono hash">${protocolSha256}</dd></div>
<div><dt>As of</dt><dd>${asOf}</dd></div><div><dt>Seed</dt><dd>${seed}</dd></div>
<div><dt>Smallest count shown</dt><dd>${minimumCell}</dd></div></dl>`,
  });
}
