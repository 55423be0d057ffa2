import { type ComputedEstimate, isKnown, type KnownEstimate } from "../../evidence/estimate.ts";
import type { Finding } from "../../evidence/finding.ts";
import type { Phrase } from "../../evidence/phrase.ts";
import type { OperatingPoint } from "../../protocol/index.ts";
import { type Cohort, primaryReading, type Reading } from "../cohort/cohort.ts";
import type { JoinedReview } from "./join-review.ts";
import { reviewRates, unreadStrata } from "./label-piece.ts";

/** Flagged patients looked at so many times as often as the others, or the reverse, is a finding. */
const mostUneven = 3;

type Book = ReadonlyMap<string, ComputedEstimate>;

/** What a reader must know of the review itself, and of what it changes. */
export function labelFindings(
  book: Book,
  cohort: Cohort,
  review: JoinedReview,
  point: OperatingPoint,
): Finding[] {
  const reading = primaryReading(cohort);
  return [
    ...notRead(reading, review),
    ...(review.chosen === null ? [] : chosenElsewhere(book, cohort, { review, point })),
    ...unusedCharts(book, reading),
    ...wrongLabels(book, reading),
  ];
}

function known(book: Book, id: string): KnownEstimate | undefined {
  const estimate = book.get(id);
  return estimate && isKnown(estimate) ? estimate : undefined;
}

/** Verification bias at its extreme: of some nobody was looked at. */
function notRead({ short }: Reading, review: JoinedReview): Finding[] {
  const unread = [...new Set(unreadStrata(review).map((name) => name.split("; ")[0]))];
  if (unread.length === 0) return [];
  return [
    {
      id: `labels.not-read@${short}`,
      stage: "labels",
      severity: "serious",
      sentence: [
        `No chart that tells was read of these patients: ${unread.join("; ")}. `,
        "What the model misses among them stays unknown, whatever the other charts say.",
      ],
      estimates: [`labels.sensitivity@${short}`],
      remedy: "Read charts of these patients, too: draw a sample with probity review sample.",
    },
  ];
}

/** Charts that somebody chose: weights follow from who was looked at, if chance chose within the strata. */
function chosenElsewhere(
  book: Book,
  cohort: Cohort,
  { review, point }: { readonly review: JoinedReview; readonly point: OperatingPoint },
): Finding[] {
  const { short } = primaryReading(cohort);
  const { flagged, others } = reviewRates(cohort, review, point);
  const [often, seldom] = [flagged.charts / flagged.patients, others.charts / others.patients];
  const isUneven = Math.max(often / seldom, seldom / often) > mostUneven;
  const [weighted, raw] = [`labels.sensitivity@${short}`, `labels.sensitivity-unweighted@${short}`];
  const compared: Phrase =
    isUneven && known(book, weighted) && known(book, raw)
      ? [
          " Flagged patients and the others were looked at at very different rates: sensitivity among the charts as they are is ",
          { id: raw, part: "both" },
          ", weighted ",
          { id: weighted, part: "both" },
          ".",
        ]
      : [];
  return [
    {
      id: `labels.chosen-elsewhere@${short}`,
      stage: "labels",
      severity: "concern",
      sentence: [
        `The charts were not drawn by a stated chance (${review.chosen}); their weights hold only if, within flag and recorded label, chance chose.`,
        ...compared,
      ],
      estimates: compared.length > 0 ? [weighted, raw] : [weighted],
      remedy: "Draw a sample with probity review sample and read it.",
    },
  ];
}

/** Charts that correct no label: they do not tell, or there is no label. */
function unusedCharts(book: Book, { short }: Reading): Finding[] {
  const id = `labels.used@${short}`;
  const used = known(book, id);
  if (!used || used.value === 1) return [];
  return [
    {
      id: `labels.unused@${short}`,
      stage: "labels",
      severity: "info",
      sentence: [
        "Charts that tell, of patients whose status at the horizon is known: ",
        { id, part: "both" },
        "; the others correct no label.",
      ],
      estimates: [id],
      remedy: "Read the rates as those of the charts used.",
    },
  ];
}

const rates = [
  ["sensitivity", "Sensitivity", "performance.sensitivity"],
  ["specificity", "Specificity", "performance.specificity"],
  ["ppv", "PPV", "performance.ppv"],
  ["npv", "NPV", "performance.npv"],
] as const;

/** A rate whose interval by the charts does not hold the one by the recorded labels. */
function wrongLabels(book: Book, { short, label }: Reading): Finding[] {
  return rates.flatMap(([rate, name, recorded]): Finding[] => {
    const [corrected, before] = [known(book, `labels.${rate}@${short}`), known(book, `${recorded}@${short}`)];
    const interval = corrected?.interval;
    if (!interval || !before) return [];
    if (before.value >= interval.lower && before.value <= interval.upper) return [];
    return [
      {
        id: `labels.${rate}-off@${short}`,
        stage: "labels",
        severity: "concern",
        sentence: [
          `${name} at ${label} by chart review is `,
          { id: corrected.id, part: "both" },
          "; the recorded labels say ",
          { id: before.id, part: "both" },
          ". Of the recorded events charts confirm ",
          { id: `labels.confirmed@${short}`, part: "both" },
          ", of the event-free they show an event in ",
          { id: `labels.missed@${short}`, part: "both" },
          ".",
        ],
        estimates: [corrected.id, before.id, `labels.confirmed@${short}`, `labels.missed@${short}`],
        remedy: "Mend how the label is made, or decide on the rates by chart review.",
      },
    ];
  });
}
