import { defaultSeed } from "../evidence/default-seed.ts";
import type { Finding } from "../evidence/finding.ts";
import { formatCount } from "../evidence/format.ts";
import type { Protocol } from "../protocol/index.ts";

/** What a person chose when they evaluated, and no lock fixes. */
export interface Settings {
  readonly asOf: string;
  readonly seed: number;
  readonly nDraws: number;
}

/**
 * Settings that differ from the protocol's and the defaults: evidence that has lapsed by the decision date stands on an
 * earlier day, and an interval near its limit falls on either side of it with the seed or with few draws. No draws at
 * all give no interval, and so no finding: that shows nothing.
 */
export function settingsFindings(
  { decisionDate, precision }: Pick<Protocol, "decisionDate" | "precision">,
  { asOf, seed, nDraws }: Settings,
): Finding[] {
  const { bootstrapDraws } = precision;
  const other = [
    asOf < decisionDate ? `as of ${asOf}, before the decision date ${decisionDate}` : "",
    seed !== defaultSeed ? `seed ${seed}, not ${defaultSeed}` : "",
    nDraws > 0 && nDraws < bootstrapDraws
      ? `${formatCount(nDraws)} bootstrap draws, not ${formatCount(bootstrapDraws)}`
      : "",
  ].filter((text) => text !== "");
  if (other.length === 0) return [];
  return [
    {
      id: "protocol.settings",
      stage: "protocol",
      severity: "concern",
      sentence: [`Evaluated otherwise than the protocol and the defaults say: ${other.join("; ")}.`],
      estimates: [],
      remedy: "Evaluate without these options, or say why they were chosen before the results were seen.",
    },
  ];
}
