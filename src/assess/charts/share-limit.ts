import { type ComputedEstimate, isKnown } from "../../evidence/estimate.ts";
import type { Phrase } from "../../evidence/phrase.ts";

/** What an interval says of a limit. */
export type LimitAnswer = "met" | "not met" | "cannot tell" | "not asked";

export type ShareLimit =
  | { readonly atLeast: number; readonly atMost?: never }
  | { readonly atMost: number; readonly atLeast?: never };

/** Met where the unfavourable end of the interval is, not met where the favourable end is not. */
export function answerTo(estimate: ComputedEstimate, limit: ShareLimit | undefined): LimitAnswer {
  if (limit === undefined) return "not asked";
  if (!isKnown(estimate) || !estimate.interval) return "cannot tell";
  const { lower, upper } = estimate.interval;
  const { atLeast, atMost } = limit;
  if (atLeast !== undefined) return lower >= atLeast ? "met" : upper < atLeast ? "not met" : "cannot tell";
  return upper <= atMost ? "met" : lower > atMost ? "not met" : "cannot tell";
}

/** "at least .90" */
export function limitText({ atLeast, atMost }: ShareLimit): string {
  return atLeast !== undefined ? `at least ${printed(atLeast)}` : `at most ${printed(atMost)}`;
}

/** The same, its number attached to the protocol's field. */
export function limitPhrase({ atLeast, atMost }: ShareLimit, field: string): Phrase {
  return atLeast !== undefined
    ? ["at least ", { field, text: printed(atLeast) }]
    : ["at most ", { field, text: printed(atMost) }];
}

function printed(share: number): string {
  return share === 1 ? "1" : share === 0 ? "0" : String(share).replace(/^0/, "").padEnd(3, "0");
}
