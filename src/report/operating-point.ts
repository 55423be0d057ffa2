import type { Estimate, KnownEstimate } from "../evidence/estimate.ts";
import { matrixTable } from "./data-table.ts";
import type { Lookup } from "./figures.ts";
import { type Html, html } from "./html.ts";
import type { Numbers } from "./numbers.ts";
import { inRows } from "./row-words.ts";
import { absent, withheld } from "./section.ts";

const cells = [
  { measure: "true-positives", says: "found", kind: "tp" },
  { measure: "false-positives", says: "flagged for nothing", kind: "fp" },
  { measure: "false-negatives", says: "missed", kind: "fn" },
  { measure: "true-negatives", says: "left alone, rightly", kind: "tn" },
] as const;

/** Of 1,000 patients: found, flagged for nothing, missed, left alone; then the raw counts behind them. */
export function operatingPoint({ dossier, estimate, known, matrix }: Lookup, numbers: Numbers): Html[] {
  const horizon = dossier.primaryHorizon;
  const estimates = cells.map(({ measure }) => known(`performance.${measure}@${horizon}`));
  const raw = matrix(`performance.operating-point@${horizon}`);
  const perThousand = estimates.every((estimate) => estimate !== undefined)
    ? square(estimates, numbers, dossier)
    : cells.some(({ measure }) => isHidden(estimate(`performance.${measure}@${horizon}`)))
      ? withheld("the cells per 1,000", dossier.minimumCell)
      : absent("Not estimable per 1,000 at the operating point.");
  return [
    perThousand,
    raw
      ? html`${matrixTable(raw, numbers)}<p class="note">${countedNote(dossier, known(`cohort.unknown@${horizon}`))}</p>`
      : absent("No raw counts were supplied."),
  ];
}

/** Why the cells per 1,000 and the counts under them are two answers. */
function countedNote(dossier: Lookup["dossier"], unknown: KnownEstimate | undefined): string {
  if (dossier.binary) return inRows(dossier, "Patients as counted; the event is known of all.");
  const counted = "Patients as counted. Unknown: follow-up ended before the horizon.";
  if (unknown?.value === 0) return counted;
  return (
    `${counted} In the cells per 1,000 patients of known status also stand for them: the cells are weighted, and need ` +
    "not add up to the share counted as flagged, nor to the net benefit below, which takes the follow-up of the " +
    "flagged by itself."
  );
}

function isHidden(estimate: Estimate | undefined): boolean {
  return estimate !== undefined && "hidden" in estimate;
}

function square(estimates: readonly KnownEstimate[], numbers: Numbers, dossier: Lookup["dossier"]): Html {
  const [tp, fp, fn, tn] = estimates.map(({ id }, index) => {
    const { says, kind } = cells[index]!;
    return html`<td class="x-${kind}"><b>${numbers.link({ id, part: "value" })}</b>${says}
<span class="sub">${numbers.link({ id, part: "interval" })}</span></td>`;
  });
  const bar = estimates.map(
    ({ value }, index) => html`<i class="x-${cells[index]!.kind}" style="flex:${value.toFixed(1)}"></i>`,
  );
  const keys = cells.map(
    ({ says, kind }) => html`<span class="key"><i class="x-${kind}"></i>${says}</span> `,
  );
  return html`<table class="square"><caption>${inRows(dossier, "Of 1,000 such patients")}</caption>
<thead><tr><td></td><th scope="col">have the event</th><th scope="col">do not</th></tr></thead>
<tbody><tr><th scope="row">flagged</th>${tp!}${fp!}</tr><tr><th scope="row">not
flagged</th>${fn!}${tn!}</tr></tbody></table>
<div class="mosaic" aria-hidden="true">${[0, 2, 1, 3].map((index) => bar[index]!)}</div>
<p class="note">${[0, 2, 1, 3].map((index) => keys[index]!)}</p>`;
}
