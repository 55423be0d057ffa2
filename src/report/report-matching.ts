import { isKnown } from "../evidence/estimate.ts";
import type { Table } from "../evidence/figures.ts";
import { formatPart } from "../evidence/format.ts";
import { dataTable } from "./data-table.ts";
import { type FunnelStep, funnelFigure } from "./figure-funnel.ts";
import { drawn, type Lookup } from "./figures.ts";
import { type Html, html } from "./html.ts";
import type { Numbers } from "./numbers.ts";
import { figure, section } from "./section.ts";

export const isOfMatching = ({ id }: Pick<Table, "id">): boolean => id.startsWith("matching.");

const steps = [
  { name: "Named by the model", id: "matching.identified" },
  { name: "Confirmed by the staff", id: "matching.confirmed-of-eligible" },
  { name: "Consented", id: "matching.consented-of-eligible" },
] as const;

/** From the eligible to those who consent; absent where the protocol screens no charts. */
export function matchingSection(lookup: Lookup, numbers: Numbers, document: Document): Html | null {
  const [funnel, ...others] = lookup.dossier.tables.filter(isOfMatching);
  if (funnel === undefined) return null;
  const sentence =
    "Share of the eligible that is named, then confirmed, then consents, with 95 % intervals. The whole width is all who are eligible.";
  return section("matching", {
    aside:
      "Of those eligible for the trial by their chart, how many the model names, and how many of these end in the trial.",
    content: [
      figure({
        title: "Eligible, named, confirmed, consented",
        drawing: drawn(document, { wide: 760, sentence }, (frame) => funnelFigure(frame, stepsOf(lookup))),
        caption: html`${sentence}`,
        table: null,
      }),
      dataTable(funnel, numbers),
      ...others.map((table) => dataTable(table, numbers)),
    ],
  });
}

function stepsOf({ estimate }: Lookup): FunnelStep[] {
  const eligible = estimate("matching.eligible");
  const ofAll =
    eligible && isKnown(eligible) ? formatPart(eligible, "both") : "share hidden or not estimable";
  const first = {
    name: "Eligible by the chart",
    value: 1,
    lower: 1,
    upper: 1,
    text: `${ofAll}, of all patients`,
  };
  const others = steps.map(({ name, id }) => {
    const found = estimate(id);
    if (!found || !isKnown(found)) {
      const text = found && "notEstimable" in found ? "not estimable" : "hidden";
      return { name, value: undefined, lower: Number.NaN, upper: Number.NaN, text };
    }
    const { value, interval } = found;
    return {
      ...{ name, value, text: formatPart(found, "both") },
      lower: interval?.lower ?? value,
      upper: interval?.upper ?? value,
    };
  });
  return [first, ...others];
}
