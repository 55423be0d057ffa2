import type { Memo } from "../evidence/dossier.ts";
import { fromProtocol, type Phrase } from "../evidence/phrase.ts";
import { type EstimateBook, knownIn } from "./estimate-book.ts";
import type { MemoInputs } from "./memo-inputs.ts";
import { both, value } from "./references.ts";

/** Block 7: what false flags cost in a month against the limit, and what the flags find. */
export function burdenText({ protocol, book, horizon: h }: MemoInputs): Memo["burden"] {
  const { scoredPerMonth, source } = protocol.burden.volume;
  const field = "burden.volume";
  const volume: Phrase = [
    { field: `${field}.scored_per_month`, text: scoredPerMonth.toLocaleString("en-US") },
    " scored a month (",
    ...fromProtocol(`${field}.source`, source),
    "). False flags a month: ",
  ];
  return { cost: [...volume, ...cost(book), ...limit(book)], benefit: benefit(book, h) };
}

function cost(book: EstimateBook): Phrase {
  const flags = "burden.false-flags";
  if (!knownIn(book, flags)) return [value(flags), "; their hours and cost follow."];
  return [
    both(flags),
    ", each ",
    value("burden.minutes-per-false-flag"),
    ", in all ",
    value("burden.hours"),
    "; cost ",
    both("burden.cost"),
    ".",
  ];
}

/** A flag that costs nothing never reaches the limit. */
function limit(book: EstimateBook): Phrase {
  const breakEven = "burden.break-even";
  return knownIn(book, breakEven)
    ? [" Limit ", value("burden.limit"), ", reached at ", value(breakEven), " false flags a month."]
    : [
        " By the protocol a false flag costs nothing, so the limit of ",
        value("burden.limit"),
        " is never reached.",
      ];
}

function benefit(book: EstimateBook, horizon: string): Phrase {
  const found = `performance.true-positives@${horizon}`;
  if (!knownIn(book, found)) return ["What the flags find is ", value(found), "."];
  return [
    "Of 1,000 scored, with the event and flagged: ",
    value(found),
    "; with it and not flagged: ",
    value(`performance.false-negatives@${horizon}`),
    ". Whether acting on the flag changes their course: we do not know.",
  ];
}
