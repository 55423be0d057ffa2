import type { Table } from "../evidence/figures.ts";
import { curveTable, dataTable, matrixTable } from "./data-table.ts";
import { calibrationData, calibrationFigure, histogramFigure } from "./figure-calibration.ts";
import { decisionData, decisionFigure } from "./figure-decision.ts";
import { type ForestData, forestData, forestFigure } from "./figure-forest.ts";
import { drawn, type Lookup } from "./figures.ts";
import { type Html, html } from "./html.ts";
import type { Numbers } from "./numbers.ts";
import { operatingPoint } from "./operating-point.ts";
import { inRows } from "./row-words.ts";
import { absent, figure, section, thinned, withheld } from "./section.ts";

/** How good, for whom, and whether it is worth acting on. Discrimination stands last and never alone. */
export function performanceSections(lookup: Lookup, numbers: Numbers, document: Document): Html {
  const { dossier } = lookup;
  return html`${section("performance", {
    aside: inRows(dossier, "What the flag does to 1,000 such patients, with 95 % intervals."),
    content: operatingPoint(lookup, numbers),
  })}${section("forWhom", {
    aside: inRows(
      dossier,
      "Strata named in the protocol, worst first. The area of a mark grows with its patients.",
    ),
    content: strata(lookup, numbers, document),
  })}${section("calibration", {
    aside: "Predicted risk against what was observed. On the dashed line they agree.",
    content: calibration(lookup, numbers, document),
  })}${section("netBenefit", {
    aside: inRows(
      dossier,
      "Net benefit per patient: true flags, less false flags at the weight that the threshold gives them.",
    ),
    content: decision(lookup, numbers, document),
  })}${replacedSection(lookup, numbers)}${section("discrimination", {
    aside: `${inRows(dossier, "Calibration, ranking and error for all patients together.")} They hide groups: read For whom first.${
      dossier.binary ? "" : " The horizon that decides stands first."
    }`,
    content: discrimination(lookup, numbers),
  })}`;
}

const forests = [
  { column: "sensitivity", measure: "sensitivity", worse: (a: number, b: number) => a - b },
  {
    column: "observedExpected",
    measure: "observed-expected",
    worse: (a: number, b: number) => Math.abs(Math.log(b)) - Math.abs(Math.log(a)),
  },
] as const;

function strata(lookup: Lookup, numbers: Numbers, document: Document): Html[] {
  const horizon = lookup.dossier.primaryHorizon;
  const table = lookup.table(`performance.strata@${horizon}`);
  if (table === undefined) return [absent("The protocol names no strata.")];
  const search = lookup.table(`performance.slice-search@${horizon}`);
  const audit = lookup.table(`fairness.audit@${horizon}`);
  const crossed = lookup.table(`performance.intersections@${horizon}`);
  return [
    ...forestsOf(lookup, numbers, document, { table, by: "stratum" }),
    ...(crossed ? forestsOf(lookup, numbers, document, { table: crossed, by: "intersection" }) : []),
    ...[
      search,
      audit,
      lookup.table("fairness.proxies"),
      lookup.table(`fairness.proxy-gaps@${horizon}`),
    ].flatMap((one) => (one ? [dataTable(one, numbers)] : [])),
  ];
}

/** Sensitivity and calibration of the groups of a table, each with the table beneath. */
function forestsOf(
  lookup: Lookup,
  numbers: Numbers,
  document: Document,
  { table, by }: { readonly table: Table; readonly by: "stratum" | "intersection" },
): Html[] {
  const horizon = lookup.dossier.primaryHorizon;
  return forests.flatMap(({ column, measure, worse }) => {
    const whole = `performance.${measure}@${horizon}`;
    const drawing = forestData(lookup, table, { column, whole, worse });
    if (drawing === undefined) return [];
    const sentence = forestSentence(drawing);
    const allOf = (id: string) =>
      lookup.known(id) ? numbers.link({ id, part: "both" }) : html`${drawing.wholeText}`;
    const held =
      by === "stratum" ? lookup.known(`performance.${measure}@${horizon}/worst-of-strata`) : undefined;
    return [
      figure({
        title: `${drawing.title}, by ${by}`,
        drawing: drawn(document, { wide: 760, sentence }, (frame) => forestFigure(frame, drawing)),
        caption: html`${forestWords(drawing)} all: ${allOf(whole)}. Each interval is for its ${by} alone.${
          held?.interval
            ? html` For the worst of all strata at once it is ${numbers.link({ id: held.id, part: "interval" })}.`
            : null
        }${drawing.scale === "ratio" ? " Solid line: 1, right on average. The axis is logarithmic." : null}`,
        table: dataTable(table, numbers),
      }),
    ];
  });
}

/** The worst stratum; a hidden one may be worse, so the sentence then speaks of those shown. */
function forestSentence({ title, rows, wholeText }: ForestData): string {
  return `${forestWords({ title, rows })} all: ${wholeText}.`;
}

function forestWords({ title, rows }: Pick<ForestData, "title" | "rows">): string {
  const [worst] = rows;
  if (worst?.value === undefined) return `${title}: no stratum has a number that is shown;`;
  const among = rows.some(({ text }) => text === "hidden") ? "worst of those shown" : "worst";
  return `${title}: ${among} in ${worst.name}, ${worst.text}, ${worst.base} (events/n);`;
}

function calibration(lookup: Lookup, numbers: Numbers, document: Document): Html {
  const drawing = calibrationData(lookup);
  const { minimumCell, primaryHorizon } = lookup.dossier;
  if (drawing === undefined) {
    return lookup.isWithheld(`performance.calibration@${primaryHorizon}`)
      ? withheld("a calibration curve", minimumCell)
      : absent("Not drawn: the study has no calibration curve.");
  }
  const groups = lookup.table(`performance.calibration-groups@${primaryHorizon}`);
  const sentence = `Observed against predicted risk. ${drawing.notes.join("; ")}.`;
  const size = { wide: 480, sentence };
  return figure({
    title: "Observed and predicted risk",
    drawing: drawn(document, size, (frame) => {
      const both = document.createElement("div");
      both.append(calibrationFigure(frame, drawing));
      const histogram = histogramFigure(frame, drawing);
      if (histogram) both.append(histogram);
      return both;
    }),
    caption: html`Circles: groups with 95 % intervals. Line and band: smooth estimate. Dashed: perfect.
Below, ${inRows(lookup.dossier, "patients")} by predicted risk: <span class="key"><i class="k-event"></i>event</span>
<span class="key"><i class="k-free"></i>event-free</span> <span class="key"><i class="k-unknown"></i>${
      lookup.dossier.binary ? "" : "unknown,\nor "
    }a hidden count, drawn as high as it may be</span>${thinned(drawing.smooth, minimumCell)}`,
    table: [
      groups ? dataTable(groups, numbers) : null,
      drawing.histogram ? matrixTable(drawing.histogram, numbers) : null,
      curveTable("Smooth calibration curve", "predicted risk", [drawing.smooth], numbers),
    ],
  });
}

function decision(lookup: Lookup, numbers: Numbers, document: Document): Html {
  const drawing = decisionData(lookup);
  const { minimumCell, primaryHorizon } = lookup.dossier;
  if (drawing === undefined) {
    return lookup.isWithheld(`performance.net-benefit@${primaryHorizon}/model`)
      ? withheld("net benefit curves", minimumCell)
      : absent("Not drawn: the study has no net benefit curves.");
  }
  const gain = lookup.estimate(`performance.net-benefit-gain@${primaryHorizon}`);
  const sentence =
    drawing.gain === undefined
      ? "Net benefit of the model, of flagging all and of flagging none."
      : `At the operating point the model adds ${drawing.gain} per ${inRows(lookup.dossier, "patient")} over the better of flagging all and none.`;
  return figure({
    title: "Net benefit",
    drawing: drawn(document, { wide: 760, sentence }, (frame) => decisionFigure(frame, drawing)),
    caption: gain
      ? html`At the operating point the model adds ${numbers.link({ id: gain.id, part: "both" })} per
${inRows(lookup.dossier, "patient")} over the better of flagging all and none. Band: 95 % interval of the model. The axis is cut below 0: flagging
all falls further.${thinned(drawing.model, minimumCell)}`
      : sentence,
    table: curveTable("Net benefit by risk threshold", "threshold", [drawing.model, drawing.all], numbers),
  });
}

export const isOfReplaced = ({ id }: Pick<Table, "id">): boolean => id.startsWith("performance.change@");

/** Old model, new model and their difference on the same patients; absent where the model replaces none. */
function replacedSection({ dossier }: Lookup, numbers: Numbers): Html | null {
  const tables = dossier.tables.filter(isOfReplaced);
  if (tables.length === 0) return null;
  const counts = dossier.matrices.filter(({ id }) => id.startsWith("performance.reclassified@"));
  return section("replaced", {
    aside: inRows(dossier, "Both models on the same patients; intervals are of the paired difference."),
    content: [
      ...tables.map((table) => dataTable(table, numbers)),
      ...counts.map((matrix) => matrixTable(matrix, numbers)),
    ],
  });
}

function discrimination({ table }: Lookup, numbers: Numbers): Html {
  const measures = table("performance.discrimination");
  return measures ? dataTable(measures, numbers) : absent("The study has no discrimination table.");
}
