import { type Check, found } from "./lint-finding.ts";
import type { Path } from "./yaml-source.ts";

const success: Path = ["question", "success"];

/** What is easy to count and says nothing about patients; `per alert shown` is a base and stays. */
const vanity: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\b(?:adoption|uptake|usage|engagement)\b/i, "use of the model"],
  [/\b(?:clicks?|log-?ins?|sessions?|page views?|downloads?|sign-?ups?)\b/i, "use of the screen"],
  [/\b(?:number|count|share) of (?:active )?(?:users|clinicians using)\b|\bactive users\b/i, "users"],
  [
    /\b(?:alerts?|flags?|cards?|messages?|scores?|predictions?) (?:shown|sent|delivered|fired|viewed|opened|displayed|made|acknowledged)\b|\bnumber of (?:alerts|flags|predictions)\b/i,
    "what the model shows",
  ],
  [
    /\b(?:AUC|AUROC|AUPRC|ROC|F1|c-(?:statistic|index)|concordance|log[- ]?loss)\b/i,
    "a property of the score",
  ],
  [/\b(?:satisfaction|satisfied|NPS|net promoter|liked|happy)\b/i, "opinion of the users"],
  [/\bpatients? (?:enrolled|recruited)\b|\benrol?lments?\b|\bnumber of sites\b/i, "enrolment"],
];

const asBase =
  /\b(?:per|for each|out of|of all(?: the)?|(?:share|part|proportion) of(?: all)?(?: the)?)\s*$/i;

/** Success counted in use of the model. */
export const vanityMetric: Check = (context) => {
  const { success: text } = context.protocol.question;
  for (const [pattern, what] of vanity) {
    const match = pattern.exec(text);
    if (!match || asBase.test(text.slice(0, match.index))) continue;
    const finding = found(context, "vanity-metric", success, {
      severity: "concern",
      sentence: `Success is measured by "${match[0]}": ${what}, which can rise while no patient fares better.`,
      remedy: "Name what happens to patients that would not have happened otherwise, and of how many.",
      at: match.index,
    });
    return [finding];
  }
  return [];
};

const percentages = /(\d+(?:\.\d+)?) ?(?:%|per ?cent\b)/gi;

/** Words that carry their own base. */
const basedName =
  /\b(?:sensitivity|specificity|PPV|NPV|precision|recall|predictive values?|accura\w*|prevalence|rate|one of|out of|(?:share|proportion|percentage|fraction|part) of|per 1,?000)\b/i;
const changeAfter =
  /^ (?:relative(?:ly)? )?(?:fewer|less|lower|higher|shorter|longer|faster|better|worse|more(?! than)|reduction|increase|decrease|drop|rise|fall|improvement|saving)\b/i;
const changeBefore = new RegExp(
  `\\b(?:${[
    "reduc(?:e|es|ed|ing|tion)|cuts?|cutting|lower(?:s|ed|ing)?|decreas(?:e|es|ed|ing)|declin(?:e|es|ed|ing)",
    "drop(?:s|ped|ping)?|falls?|fell|sav(?:e|es|ed|ing|ings)",
    "rais(?:e|es|ed|ing)|increas(?:e|es|ed|ing)|improv(?:e|es|ed|ing|ement)|ris(?:e|es|en|ing)|rose|grow(?:s|n|th)?|gains?",
  ].join("|")})\\b[^.;]*$`,
  "i",
);
/** A level that is reached or passed, or a part of something: not a change by so much. */
const levelBefore =
  /(?:\b(?:below|above|under|over|to|at|than|of|least|most|beyond|within|exceed\w*|from|outside|is|are|in|with|for)|[<>=≤≥])\s*$/i;
const byBefore = /\bby(?: about| at least| at most| up to| more than)?\s*$/i;
const changeOf =
  /\b(?:reduction|increase|decrease|drop|rise|fall|improvement|saving|gain)s? of(?: at least| about)?\s*$/i;
const signBefore = /(?:^|[\s(])[+−-]\s?$/;
const saysWhich = /\b(?:relative(?:ly)?|points?|pp)\b|\bfrom [\d.]+ ?% to [\d.]+ ?%/i;

function isChange(before: string, after: string): boolean {
  if (signBefore.test(before) || byBefore.test(before) || changeOf.test(before)) return true;
  if (changeAfter.test(after)) return true;
  return changeBefore.test(before) && !levelBefore.test(before) && !/^ of\b/.test(after);
}

function hasBase(text: string, after: string): boolean {
  return /^ of\b/i.test(after) || /^ ?\(\d[\d,]* ?(?:\/|of) ?\d/.test(after) || basedName.test(text);
}

type PercentageRule = "relative-or-points" | "percentage-without-base";

const said = {
  "relative-or-points": {
    tail: "may be relative or in points: from a base of 4 %, 3 % more is 4.12 % or 7 %.",
    remedy: 'Write "relative" or "points", and the base: "from 15 % to 13.2 %".',
  },
  "percentage-without-base": {
    tail: "does not say of what.",
    remedy: 'Write the base: "of the flagged", "share of …", "12/80".',
  },
} as const satisfies Record<PercentageRule, { readonly tail: string; readonly remedy: string }>;

/** Percentages that do not say of what, and changes that do not say relative or points; once for each text. */
export const percentageWords: Check = (context) =>
  context.prose.flatMap(({ path, text }) => {
    const firsts = new Map<PercentageRule, RegExpExecArray>();
    for (const match of text.matchAll(percentages)) {
      const rule = faultOf(text, match);
      if (rule && !firsts.has(rule)) firsts.set(rule, match);
    }
    return [...firsts].map(([rule, { 0: words, index }]) => {
      const { tail, remedy } = said[rule];
      return found(context, rule, path, {
        severity: "concern",
        sentence: `"${words}" ${tail}`,
        remedy,
        at: index,
      });
    });
  });

function faultOf(text: string, { 0: words, index }: RegExpExecArray): PercentageRule | undefined {
  const [before, after] = [text.slice(0, index), text.slice(index + words.length)];
  if (/^ (?:bound|interval|confidence|CI)\b/.test(after)) return undefined;
  if (isChange(before, after)) return saysWhich.test(text) ? undefined : "relative-or-points";
  return hasBase(text, after) ? undefined : "percentage-without-base";
}
