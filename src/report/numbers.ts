import type { Dossier } from "../evidence/dossier.ts";
import { type Estimate, isKnown } from "../evidence/estimate.ts";
import { findEstimate, formatPart } from "../evidence/format.ts";
import {
  isProtocolNumber,
  isReference,
  type NumberReference,
  type Phrase,
  protocolNumberId,
} from "../evidence/phrase.ts";
import { anchorOf } from "./anchor.ts";
import { type Html, html } from "./html.ts";

/** The estimates of a dossier, printed as links to their entry in the report's list of every number. */
export interface Numbers {
  readonly byId: ReadonlyMap<string, Estimate>;
  /** The place in that list, from 1: short enough to print on paper. */
  readonly place: (id: string) => number;
  readonly link: (reference: NumberReference) => Html;
  /** Any text as a link to the entry of an estimate or of a number of the protocol. */
  readonly entry: (id: string, text: string | number) => Html;
  readonly phrase: (phrase: Phrase) => Html;
  /** Where the evidence behind a sentence stands: "evidence no. 12 no. 14"; other ids are left out. */
  readonly evidence: (ids: readonly string[]) => Html | null;
}

/** `page` is the address of the report: empty inside the report itself. */
export function numbersOf(dossier: Pick<Dossier, "estimates">, page: "" | "report.html"): Numbers {
  const byId = new Map(dossier.estimates.map((estimate) => [estimate.id, estimate]));
  const places = new Map(dossier.estimates.map((estimate, index) => [estimate.id, index + 1]));
  const link = ({ id, part }: NumberReference): Html => {
    const estimate = findEstimate(byId, id);
    const kind = linkClass(estimate, part);
    return html`<a class="${kind}" href="${page}#${anchorOf(id)}">${formatPart(estimate, part)}</a>`;
  };
  const entry = (id: string, text: string | number): Html =>
    html`<a class="num" href="${page}#${anchorOf(id)}">${text}</a>`;
  return {
    byId,
    place: (id) => {
      findEstimate(byId, id);
      return places.get(id)!;
    },
    link,
    entry,
    evidence: (ids) => {
      const known = ids.filter((id) => byId.has(id));
      const links = known.map((id) => html` ${entry(id, `no. ${places.get(id)!}`)}`);
      return links.length > 0 ? html`<span class="sub">evidence${links}</span>` : null;
    },
    phrase: (phrase) =>
      html`${phrase.map((piece) => {
        if (isReference(piece)) return link(piece);
        return isProtocolNumber(piece) ? entry(protocolNumberId(piece.field), piece.text) : piece;
      })}`,
  };
}

function linkClass(estimate: Estimate, part: NumberReference["part"]): string {
  if ("hidden" in estimate) return "num hidden";
  return isKnown(estimate) || part === "n" ? "num" : "num missing";
}
