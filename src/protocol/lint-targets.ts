import { aucNeeded, sensitivityAtPpv, sensitivityCeiling } from "../stats/ppv-feasibility.ts";
import { shareNear } from "./lint-event-rate.ts";
import { bare, type Check, found, type LintContext, type LintFinding, percent } from "./lint-finding.ts";
import type { AcceptanceCriterion } from "./protocol.ts";
import type { AcceptanceMeasure } from "./vocabulary.ts";
import type { Path } from "./yaml-source.ts";

/** Spread of scores in patients with the event over that in the others. */
const spreads = [1.25, 1.5, 2] as const;
/** Event rates shown where the protocol names none. */
const shownRates = [0.05, 0.1, 0.2, 0.3] as const;
/** Without a sensitivity in the protocol: a test that finds less than this is not what was meant. */
const leastSensitivity = 0.2;

interface Target {
  readonly ppv: number;
  readonly path: Path;
  readonly at?: number;
}

/**
 * A PPV against the AUC asked for beside it and the event rate, before there are data. Scores are taken as
 * normal; how far their spreads differ is unknown, so the range over plausible ones is shown.
 */
export const ppvTarget: Check = (context) => {
  const target = ppvWanted(context);
  if (!target) return [];
  const auc = aucWanted(context);
  const rate = context.protocol.endpoint.expectedEventRate;
  const sensitivity = least(context, ["sensitivity"])?.value;
  const report = (severity: LintFinding["severity"], sentence: string, remedy: string) => {
    const at = target.at === undefined ? {} : { at: target.at };
    return [found(context, "ppv-target", target.path, { severity, sentence, remedy, ...at })];
  };
  const goal = `A PPV of ${percent(target.ppv)}`;
  if (rate === undefined) {
    const range = auc ? rangeOverRates(target.ppv, auc) : "its meaning depends on the event rate";
    const remedy = "Write endpoint.expected_event_rate, from a count at the site.";
    return report("concern", `${goal} without the event rate: ${range}.`, remedy);
  }
  const needed =
    sensitivity === undefined ? undefined : aucNeeded({ prevalence: rate, ppv: target.ppv, sensitivity });
  const neededText = needed
    ? ` A sensitivity of ${percent(sensitivity!)} beside it needs an AUC of ${bare(needed)} at equal spread.`
    : "";
  if (auc === undefined) {
    const remedy = "Set a limit on auc, so that the PPV can be checked before there are data.";
    return report("info", `${goal} stands without an AUC.${neededText}`, remedy);
  }
  const asked = { auc, prevalence: rate, ppv: target.ppv };
  if (sensitivityAtPpv({ ...asked, sdRatio: 1 }) >= (sensitivity ?? leastSensitivity)) return [];
  const remedy =
    "Lower the PPV, flag fewer patients, or show on data that the scores spread as widely as needed.";
  return report("concern", `${goal} ${rangeOverSpreads(asked)}.${neededText}`, remedy);
};

function rangeOverRates(ppv: number, auc: number): string {
  const parts = shownRates.map((prevalence) => {
    const sensitivity = sensitivityAtPpv({ auc, prevalence, ppv, sdRatio: 1 });
    return `${percent(sensitivity)} at ${percent(prevalence)}`;
  });
  const list = `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
  return `with an AUC of ${bare(auc)} and equal spread of scores the sensitivity is ${list}`;
}

function rangeOverSpreads(asked: Parameters<typeof sensitivityCeiling>[0]): string {
  const at = (sdRatio: number) => percent(sensitivityAtPpv({ ...asked, sdRatio }));
  return (
    `with an AUC of ${bare(asked.auc)} at an event rate of ${percent(asked.prevalence)} leaves a sensitivity of ` +
    `${at(1)} if scores spread equally with and without the event, ` +
    `${spreads.map(at).join(" / ")} if ${spreads.join(" / ")} times as widely with it; ` +
    `no concave ROC curve exceeds ${percent(sensitivityCeiling(asked))}`
  );
}

function ppvWanted(context: LintContext): Target | undefined {
  const criterion = least(context, ["ppv"]);
  if (criterion) return { ppv: criterion.value, path: ["acceptance", criterion.index] };
  const { success } = context.protocol.question;
  const match = /\b(?:precision|PPV|positive predictive value)\b/i.exec(success);
  const ppv = match ? shareNear(success, match) : undefined;
  return match && ppv !== undefined && ppv < 1
    ? { ppv, path: ["question", "success"], at: match.index }
    : undefined;
}

/** The AUC of a criterion, else the one named in words, else a concordance in its place. */
function aucWanted(context: LintContext): number | undefined {
  const named = context.prose.flatMap(({ text }) => {
    const match = /\b(?:AUC|AUROC|c-(?:statistic|index))\b/i.exec(text);
    const value = match && shareNear(text, match);
    return value ? [value] : [];
  });
  const auc = least(context, ["auc"])?.value ?? named[0] ?? least(context, ["uno_c", "harrell_c"])?.value;
  return auc !== undefined && auc > 0.5 && auc < 1 ? auc : undefined;
}

/** The lower limit of the first criterion on one of the measures, for all patients. */
function least(
  { protocol }: LintContext,
  measures: readonly AcceptanceMeasure[],
): { readonly value: number; readonly index: number } | undefined {
  const isMeant = ({ measure, worstOf }: AcceptanceCriterion) => measures.includes(measure) && !worstOf;
  const index = protocol.acceptance.findIndex(isMeant);
  const limit = protocol.acceptance[index]?.limit;
  if (!limit || limit.kind === "atMost") return undefined;
  const value = limit.kind === "atLeast" ? limit.value : limit.low;
  return value > 0 && value < 1 ? { value, index } : undefined;
}
