import { noSkill, ppvFromAccuracy } from "../stats/no-skill.ts";
import { bare, type Check, found, type LintContext, type LintFinding, percent } from "./lint-finding.ts";
import type { Path } from "./yaml-source.ts";

const eventRateNamed = /\b(?:prevalence|event rate|base rate|never[- ]?(?:flag|alert)\w*|flagging nobody)\b/i;

/** Accuracy against the answer that is the same for everybody. */
export const accuracy: Check = (context) =>
  context.prose.flatMap(({ path, text }): LintFinding[] => {
    const isSuccess = path.join(".") === "question.success";
    const match = (isSuccess ? /\baccura(?:cy|te(?:ly)?)\b/i : /\baccuracy\b/i).exec(text);
    const value = match ? shareNear(text, match) : undefined;
    if (!match || (!isSuccess && value === undefined) || eventRateNamed.test(text)) return [];
    const said = accuracyMeaning(context, value);
    return [found(context, "accuracy", path, { ...said, at: match.index })];
  });

function accuracyMeaning(
  { protocol: { endpoint, acceptance } }: LintContext,
  value: number | undefined,
): Pick<Parameters<typeof found>[3], "severity" | "sentence" | "remedy"> {
  const remedy = "Name sensitivity and PPV, or set accuracy beside that of flagging nobody.";
  const rate = endpoint.expectedEventRate;
  if (rate === undefined) {
    const sentence =
      "Accuracy says nothing without the event rate: at 5 %, flagging nobody is 95 % accurate.";
    return { severity: "concern", sentence, remedy: `${remedy} Write endpoint.expected_event_rate.` };
  }
  const base = noSkill(rate).accuracy;
  const nobody = `At an event rate of ${percent(rate)} one answer for all is ${percent(base)} accurate`;
  if (value === undefined) return { severity: "concern", sentence: `${nobody}.`, remedy };
  if (value <= base) {
    return { severity: "serious", sentence: `${nobody}; ${percent(value)} is no better.`, remedy };
  }
  const needed = acceptance.find(({ measure, worstOf }) => measure === "sensitivity" && !worstOf)?.limit;
  const sensitivity = needed?.kind === "atLeast" ? needed.value : undefined;
  const meant =
    sensitivity && sensitivity < 1 && value < 1
      ? ppvFromAccuracy({ accuracy: value, eventRate: rate, sensitivity })
      : undefined;
  const ppv =
    meant && "ppv" in meant
      ? ` With a sensitivity of ${percent(sensitivity!)}, ${percent(value)} is a PPV of ${percent(meant.ppv)}.`
      : "";
  return { severity: "info", sentence: `${nobody}.${ppv}`, remedy };
}

/** The share written nearest to a word: 89 %, 0.89 or .89. */
export function shareNear(text: string, { index, 0: word }: RegExpExecArray): number | undefined {
  const shares = [
    ...text.matchAll(/(?<![\d.])(\d+(?:\.\d+)?) ?(?:%|per ?cent\b)|(?<![\d.])(0?\.\d+)\b(?! ?%)/gi),
  ];
  const near = shares
    .map((match) => ({
      share: match[1] === undefined ? Number(match[2]) : Number(match[1]) / 100,
      distance: match.index < index ? index - match.index : match.index - index - word.length,
    }))
    .filter(({ share, distance }) => share > 0 && share <= 1 && distance <= 40)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.share;
}

/** Log loss in words, and a limit on the Brier score, against one risk given to everybody. */
export const lossWithoutEventRate: Check = (context) => {
  const rate = context.protocol.endpoint.expectedEventRate;
  const base = rate === undefined ? undefined : noSkill(rate);
  const criteria = context.protocol.acceptance.flatMap(({ measure, limit }, index) => {
    if (measure !== "brier") return [];
    const most = limit.kind === "atMost" ? limit.value : limit.kind === "between" ? limit.high : undefined;
    return lossFinding(context, {
      path: ["acceptance", index],
      what: "Brier score",
      limit: most,
      base: base?.brier,
    });
  });
  const words = context.prose.flatMap(({ path, text }) => {
    const match = /\b(?:log[- ]?loss|cross[- ]entropy)\b/i.exec(text);
    if (!match || eventRateNamed.test(text)) return [];
    const limit = shareNear(text, match);
    return lossFinding(context, { path, what: "log loss", limit, base: base?.logLoss, at: match.index });
  });
  return [...criteria, ...words];
};

interface Loss {
  readonly path: Path;
  readonly what: keyof typeof lossExample;
  readonly limit: number | undefined;
  readonly base: number | undefined;
  readonly at?: number;
}

const lossExample = {
  "log loss": ".30 is no skill at 8.9 %",
  "Brier score": ".09 is no skill at 10 %",
} as const;

function lossFinding(context: LintContext, { path, what, limit, base, at }: Loss): LintFinding[] {
  const rate = context.protocol.endpoint.expectedEventRate;
  const isSkill = limit === undefined || base === undefined || limit < base;
  if (rate !== undefined && base !== undefined && isSkill) return [];
  const sentence =
    rate === undefined || base === undefined
      ? `A ${what} means nothing without the event rate: ${lossExample[what]}.`
      : `A ${what} of ${bare(limit!, 3)} is no skill: one risk for all has ${bare(base, 3)} at an event rate of ${percent(rate)}.`;
  const remedy = "Write endpoint.expected_event_rate, or set the limit on scaled_brier, whose base is 0.";
  const said = { severity: "concern", sentence, remedy, ...(at === undefined ? {} : { at }) } as const;
  return [found(context, "loss-without-event-rate", path, said)];
}
