interface Setting {
  readonly sizes: string;
  readonly prevalence: number;
  readonly margin: number;
}

export interface ErrorRow extends Setting {
  readonly difference: number;
  readonly falseBeyond: number;
  readonly upperBeyond: number;
  readonly falseWithin: number;
  readonly upperWithin: number;
  readonly notEnough: number;
  readonly pointRule: number;
}

export interface PowerRow extends Setting {
  readonly measure: string;
  readonly pair: string;
  readonly size: number;
  readonly power: number;
  readonly barnard: number;
  readonly ofZero: number;
}

export interface ClusteredRow extends Setting {
  readonly difference: number;
  readonly falseBeyond: number;
  readonly upperBeyond: number;
  readonly naive: number;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const decimal = (x: number) => x.toFixed(2);
const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const settingCells = ({ sizes, prevalence, margin }: Setting) => [
  sizes,
  percent(prevalence),
  decimal(margin),
];
const names: Readonly<Record<string, string>> = {
  sensitivity: "sensitivity",
  falsePositiveRate: "FPR",
  selectionRate: "selection",
};

/** docs/fairness-benchmark.md. */
export function fairnessPage({
  nAudits,
  errorRows,
  powerRows,
  clusteredRows,
  misses,
}: {
  readonly nAudits: number;
  readonly errorRows: readonly ErrorRow[];
  readonly powerRows: readonly PowerRow[];
  readonly clusteredRows: readonly ClusteredRow[];
  readonly misses: readonly string[];
}): string {
  const losses = powerRows.map((row) => row.power - row.barnard);
  const worst = Math.max(...errorRows.flatMap((row) => [row.upperBeyond, row.upperWithin]));
  return `# Fairness benchmark

Made by the command; do not edit.

\`\`\`
npm run bench -- fairness
\`\`\`

Four groups, the largest the reference; sensitivity, false positive rate, PPV and selection rate: 12 comparisons in an audit, error
rate 5 %. ${nAudits.toLocaleString("en-US")} seeded audits in each row, patients drawn one by one. Prevalence 7 %: sensitivity .33, specificity .83.
Prevalence 20 %: sensitivity .70, specificity .80. Method: [fairness audit](methods/fairness-audit.md).

${misses.length === 0 ? "All bars reached." : `Bars missed: ${misses.join("; ")}.`} Largest upper limit of an error rate: ${percent(worst)}. Power less Barnard's: from ${points(Math.min(...losses))} to ${points(Math.max(...losses))}.

## Errors

Difference: what is added to sensitivity and false positive rate of the three smaller groups, and so to their selection rate; at the margin
these nine comparisons are the hardest to hold. False beyond: audits that say "beyond the margin" of any difference that is at most
the margin. False within: of any that is at least the margin. Upper: of Wilson's 95 % interval. To reach: at most 5 %, upper at most 6 %.
Not enough data: comparisons with that answer. Point rule: audits in which FairCareAI's rule on the numbers alone (sensitivity or FPR
more than .1 apart, selection ratio outside .8–1.25) flags a group; without any difference each of them is a false alarm.

${table(
  [
    "groups",
    "prevalence",
    "margin",
    "difference",
    "false beyond",
    "upper",
    "false within",
    "upper",
    "not enough data",
    "point rule",
  ],
  errorRows.map((row) => [
    ...settingCells(row),
    decimal(row.difference),
    percent(row.falseBeyond),
    percent(row.upperBeyond),
    percent(row.falseWithin),
    percent(row.upperWithin),
    percent(row.notEnough),
    percent(row.pointRule),
  ]),
)}

## Power at the margin + .15

In each audit one of the smaller groups, in turn, differs from the others by the margin + .15 in sensitivity and false positive rate; a third of
the audits for each. Barnard: exact power of Barnard's exact test of the same hypothesis, a difference of at most the margin, in the same pair
of groups with the expected bases, at the level that Holm gives the first comparison, .05/12. To reach: no more than 5 points below it.
The audit can be above: Barnard's test takes the worst over every proportion from 0 to 1, the audit over those that the counts leave
possible (Berger and Boos), and Holm's later steps are less strict. Of zero: the same test and level for a difference of zero. It is no
yardstick for a rule that holds its error at the margin: with bases of 350 and 105 and a margin of .10 not even one comparison could have
its power, for the most powerful test of the margin at the whole 5 % has about 87 %.

${table(
  [
    "groups",
    "prevalence",
    "margin",
    "measure",
    "bases",
    "audit",
    "Barnard",
    "audit less Barnard",
    "Barnard, of zero",
  ],
  powerRows.map((row) => [
    ...settingCells(row),
    names[row.measure]!,
    row.pair,
    percent(row.power),
    percent(row.barnard),
    points(row.power - row.barnard),
    percent(row.ofZero),
  ]),
)}

## Patients with many encounters

Groups of as many encounters, 1 to 5 to a patient, correlated by .4 within one; sensitivity, false positive rate and selection rate by
\`clusteredMarginTest\`. Naive: the same test with encounters taken as patients. To reach: as above.

${table(
  ["groups", "prevalence", "margin", "difference", "false beyond", "upper", "naive"],
  clusteredRows.map((row) => [
    ...settingCells(row),
    decimal(row.difference),
    percent(row.falseBeyond),
    percent(row.upperBeyond),
    percent(row.naive),
  ]),
)}
`;
}

function points(share: number): string {
  const rounded = (100 * share).toFixed(1);
  if (Number(rounded) === 0) return "0.0";
  return Number(rounded) < 0 ? `−${rounded.slice(1)}` : `+${rounded}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
