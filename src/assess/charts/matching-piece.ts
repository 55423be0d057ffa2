import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Cell, Table } from "../../evidence/figures.ts";
import type { TrialMatching } from "../../protocol/index.ts";
import type { Piece } from "../piece.ts";
import { matchingEstimates, shareLabels } from "./matching-estimates.ts";
import { type AnsweredShare, matchingFindings } from "./matching-findings.ts";
import { type MatchingShare, matchingCounts, matchingShareNames } from "./matching-shares.ts";
import type { ScreeningRows } from "./screening-rows.ts";
import { answerTo, limitText, type ShareLimit } from "./share-limit.ts";

/** Of the eligible for a trial: how many the model names, the staff confirm, and consent. */
export function matchingPiece(rows: ScreeningRows, matching: TrialMatching): Piece {
  const estimates = matchingEstimates(rows);
  const book = new Map(estimates.map((estimate) => [estimate.id, estimate]));
  const { atLeast } = matching;
  const limitOf = (name: MatchingShare): ShareLimit | undefined => {
    const least = name in atLeast ? atLeast[name as keyof typeof atLeast] : undefined;
    return least === undefined ? undefined : { atLeast: least };
  };
  const answers = matchingShareNames.map((name) => {
    const limit = limitOf(name);
    const estimate = book.get(`matching.${name}`)!;
    return { name, estimate, limit, answer: answerTo(estimate, limit) };
  });
  return {
    estimates,
    tables: [
      funnelTable(answers, rows),
      ...(rows.groups.length > 0 ? [groupsTable(rows, book)] : []),
      countsTable(rows),
    ],
    findings: matchingFindings(rows, answers),
  };
}

const both = (id: string): Cell => ({ id, part: "both" });

function funnelTable(answers: readonly AnsweredShare[], { sample, file }: ScreeningRows): Table {
  const { isDrawn } = sample;
  return {
    id: "matching.funnel",
    caption: `From the eligible to those who consent, by charts (${file})`,
    columns: [
      { key: "step", label: "Share", align: "start" },
      { key: "share", label: isDrawn ? "Weighted" : "Found", align: "end" },
      ...(isDrawn
        ? [{ key: "unweighted", label: "Among the charts, unweighted", align: "end" as const }]
        : []),
      { key: "asked", label: "Asked for", align: "start" },
      { key: "answer", label: "Answer", align: "start" },
    ],
    rows: answers.map(({ name, estimate, limit, answer }): Cell[] => [
      shareLabels[name],
      both(estimate.id),
      ...(isDrawn ? [both(`${estimate.id}-unweighted`)] : []),
      limit ? limitText(limit) : "no limit set",
      answer,
    ]),
  };
}

const ofGroups = ["identified", "confirmed", "consented", "consented-of-eligible"] as const;

/** Groups with the least share of the eligible named first; those without a number last. */
function groupsTable({ groups }: ScreeningRows, book: ReadonlyMap<string, ComputedEstimate>): Table {
  const sensitivity = (id: string) => {
    const found = book.get(`matching.identified/${id}`);
    return found && "value" in found ? found.value : Number.POSITIVE_INFINITY;
  };
  return {
    id: "matching.groups",
    caption: "The same by group, the group in which the model names the least of the eligible first",
    columns: [
      { key: "group", label: "Group", align: "start" },
      { key: "eligible", label: "Charts of eligible", align: "end" },
      ...ofGroups.map((name) => ({ key: name, label: shareLabels[name], align: "end" as const })),
    ],
    rows: groups
      .toSorted((a, b) => sensitivity(a.id) - sensitivity(b.id) || 0)
      .map(({ id, label }): Cell[] => [
        label,
        { id: `matching.charts-eligible/${id}` },
        ...ofGroups.map((name) => both(`matching.${name}/${id}`)),
      ]),
  };
}

/** How many charts there are at each step, in all and in each stratum of the draw. */
function countsTable({ sample }: ScreeningRows): Table {
  const places = [
    ["all charts", ""] as const,
    ...(sample.isDrawn ? sample.names.map((name) => [name, `/charts~${name}`] as const) : []),
  ];
  const labels = {
    ...{ told: "Tell every step", named: "Named by the model", eligible: "Eligible" },
    ...{
      identified: "Eligible and named",
      confirmed: "Eligible, confirmed",
      consented: "Eligible, consented",
    },
  };
  return {
    id: "matching.charts",
    caption: "Charts at each step, unweighted",
    columns: [
      { key: "stratum", label: "Charts", align: "start" },
      ...matchingCounts.map((count) => ({ key: count, label: labels[count], align: "end" as const })),
    ],
    rows: places.map(([name, at]): Cell[] => [
      name,
      ...matchingCounts.map((count) => ({ id: `matching.charts-${count}${at}` })),
    ]),
  };
}
