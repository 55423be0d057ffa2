import type { Requirement } from "../evidence/requirement.ts";
import { dataTable, scrollable } from "./data-table.ts";
import type { Lookup } from "./figures.ts";
import { type Html, html } from "./html.ts";
import { stateMark, tone } from "./marks.ts";
import type { Numbers } from "./numbers.ts";
import { inRows } from "./row-words.ts";
import { absent, dash, section } from "./section.ts";

/** What a false flag costs, whom, and where the answer flips. */
export function burdenSection({ dossier }: Lookup, numbers: Numbers): Html {
  const { cost, benefit } = dossier.memo.burden;
  const tables = dossier.tables.filter(({ id }) => id.startsWith("burden."));
  return section("burden", {
    aside: "Minutes and money of false flags, and the limit that the protocol sets.",
    content: [
      html`<p class="prose">${numbers.phrase(cost)}</p><p class="prose">${numbers.phrase(benefit)}</p>`,
      tables.length > 0
        ? tables.map((table) => dataTable(table, numbers))
        : absent("No burden table was supplied."),
    ],
  });
}

export const isOfClaims = ({ id }: { readonly id: string }) => id.startsWith("claims.");

/** What the protocol says people say of the model; absent where it says nothing. */
export function claimsSection({ dossier }: Lookup, numbers: Numbers): Html | null {
  const tables = dossier.tables.filter(isOfClaims);
  if (tables.length === 0) return null;
  return section("claims", {
    aside:
      "The same words can mean different numbers of patients; each reading stands beside what was found here.",
    content: tables.map((table) => dataTable(table, numbers)),
  });
}

/** The seven gates, then everything else that must be shown. */
export function requirementSections({ dossier }: Lookup, numbers: Numbers): Html {
  const gates = dossier.requirements.filter(({ gate }) => gate !== undefined);
  const others = dossier.requirements.filter(({ gate }) => gate === undefined);
  return html`${section("gates", {
    aside:
      "While one of the seven is not passed, the stamp is HALTED: the model must not run live. " +
      "What each asks for: docs/verdict.md of Probity.",
    content: requirementTable("Seven gates", gates, numbers),
  })}${section("requirements", {
    aside:
      `Each is needed for its stage and those after it. ${inRows(dossier, "Patients")} needed: ` +
      "n · (estimate to bound / estimate to limit)².",
    content:
      others.length > 0 ? requirementTable("Requirements", others, numbers) : absent("No others were set."),
  })}`;
}

function requirementTable(label: string, requirements: readonly Requirement[], numbers: Numbers): Html {
  return scrollable(
    label,
    html`<table class="requirements"><thead><tr><th scope="col">State</th><th scope="col">Requirement</th>
<th scope="col">Found</th><th scope="col">What to do</th><th scope="col">Needed for</th></tr></thead>
<tbody>${requirements.map((requirement) => requirementRow(requirement, numbers))}</tbody></table>`,
  );
}

function requirementRow(requirement: Requirement, numbers: Numbers): Html {
  const { gate, name, state, reason, lapsed, found, remedy, neededFor, expires, evidence } = requirement;
  const number = gate === undefined ? null : html`<span class="gate">${gate}</span> `;
  const valid = expires ? html`<span class="sub">valid to ${expires}</span>` : null;
  return html`<tr class="row-${tone(state)}"><td class="state">${stateMark(state)}<span
class="${tone(state)}">${lapsed ? "fail: lapsed" : state}</span>${
    reason === undefined ? null : html`<span class="sub">${reason}</span>`
  }</td><th scope="row">${number}${name}</th>
<td>${numbers.phrase(found)}${numbers.evidence(evidence)}</td>
<td>${remedy ?? dash("nothing to do")}</td><td>${neededFor}${valid}</td></tr>`;
}
