import { phraseText } from "../evidence/format.ts";
import { amendedValue } from "../evidence/given-fields.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { Amendment, ProtocolLock, ReplacedFile, Trail } from "../evidence/trail.ts";
import type { AcceptanceCriterion } from "../protocol/index.ts";
import { criterionName } from "./acceptance.ts";

/** Fields that say what is measured, at which operating point, and against which limits. */
const decisive =
  /^(acceptance|operating_point|replaces|endpoint|population|strata|intersections|slice_search|slices|protected|fairness|proxies|worst_delay_days|burden\.limit_usd_per_month)\b/;

/** A change with longer values is named without them; the report has both. */
const longestChange = 80;

/** For the memo's header: whether the protocol was locked, when, and whether outcomes were known then or later. */
export function lockWords(trail: Trail, decisionDate: string): string {
  const { lock, amendments, withoutReceipt, replaced } = trail;
  const files = replaced.every(({ isFirstAgain }) => isFirstAgain) ? "" : ", inputs replaced";
  if (lock === null) {
    const elsewhere = withoutReceipt.find(({ kind }) => kind === "lock");
    return `${elsewhere === undefined ? "not locked" : `locked ${dayOf(elsewhere)}, receipt missing`}${files}`;
  }
  const late = isAfterDecision(lock, decisionDate) ? `, after decision date ${decisionDate}` : "";
  const atLock = wereKnown(lock) ? ", outcomes known" : "";
  const amended = amendments.length === 0 ? "" : `, amended ${amendments.length}×`;
  const since = atLock === "" && amendments.some(wereKnown) ? ", outcomes known" : "";
  return `locked ${dayOf(lock)}${late}${atLock}${amended}${since}${files}`;
}

/** For the memo's papers: on which other inputs results were opened, when, and whether those of now came after them. */
export function replacedWords({
  replaced,
  amendments,
}: Pick<Trail, "replaced" | "amendments">): string | undefined {
  const since = replaced.filter(({ isFirstAgain }) => !isFirstAgain);
  // Beside amendments there is no room for which; block 3 and the report say it.
  if (since.length > 0 && amendments.length > 0)
    return `Inputs replaced after results ${since.some((one) => one.resultsOpened) ? "were" : "could be"} opened`;
  const names = (isTold: (file: ReplacedFile) => boolean) =>
    replaced
      .filter(isTold)
      .map((file) => `${file.role === "model" ? "model file" : file.role} (${dayOf(file)})`)
      .join(", ");
  const between = names(({ isFirstAgain }) => isFirstAgain);
  const known = names((file) => file.resultsOpened && !file.isFirstAgain);
  const possible = names((file) => !file.resultsOpened && !file.isFirstAgain);
  const texts = [
    ...(known === "" ? [] : [`Replaced after results were opened: ${known}`]),
    ...(possible === "" ? [] : [`Replaced after results could be opened: ${possible}`]),
    ...(between === "" ? [] : [`Results on other inputs too: ${between}`]),
  ];
  return texts.length === 0 ? undefined : texts.join("; ");
}

/**
 * Whether lock and amendments show that limits, operating point and endpoint stood before outcomes were known, and before
 * the day of the decision that they are for.
 */
export function areSetInAdvance({ lock, amendments }: Trail, decisionDate: string): boolean {
  if (lock === null || wereKnown(lock) || isAfterDecision(lock, decisionDate)) return false;
  return !amendments.some((amendment) => wereKnown(amendment) && amendment.changes.some(isDecisive));
}

/**
 * For the memo's papers, in so many characters: the changes that matter most, and how many more the report has.
 *
 * First come changed limits, operating point, endpoint and population, of them those made with outcomes known; then
 * other fields; last amendments of wording alone.
 */
export function amendmentWords(
  { amendments }: Trail,
  room: number,
  /** Those of the protocol as it is now, in its order. */
  criteria: readonly AcceptanceCriterion[],
): Phrase | undefined {
  const changes = amendments
    .flatMap((_, i) => told(amendments, i, namesAt(amendments.slice(i), criteria)))
    .toSorted((a, b) => a.rank - b.rank);
  if (changes.length === 0) return undefined;
  const sentence = (count: number): Phrase => {
    const more = changes.length - count;
    return [...grouped(changes.slice(0, count)), `${more === 0 ? "" : `; and ${more} more in the report`}.`];
  };
  const fits = changes.findLastIndex((_, i) => lengthOf(sentence(i + 1)) <= room) + 1;
  return sentence(Math.max(1, fits));
}

interface Told {
  readonly amendment: Amendment;
  readonly text: Phrase;
  /** Lower comes first. */
  readonly rank: number;
}

type Change = Amendment["changes"][number];

const limitField = /^acceptance\[(\d+)\]\.(at_least|at_most|between\[[01]\])$/;

/**
 * What a changed field is called: "lower limit of AUC" for `acceptance[1].at_least`, else its path. Amendments tell criteria
 * apart by their place, so a place has the name that it has now only where nothing but its limit changed since, and
 * only where no other criterion has that name.
 */
function namesAt(
  since: readonly Amendment[],
  criteria: readonly AcceptanceCriterion[],
): (path: string) => string {
  const moved = new Set(
    since
      .flatMap(({ changes }) => changes)
      .filter((change) => !limitField.test(change.path) || change.before === null || change.after === null)
      .map(({ path }) => path.match(/^acceptance\[\d+\]/)?.[0]),
  );
  return (path) => {
    const [, place, limit] = limitField.exec(path) ?? [];
    const criterion = criteria[Number(place)];
    if (limit === undefined || criterion === undefined || moved.has(`acceptance[${place}]`)) return path;
    const name = criterionName(criterion);
    if (criteria.some((other) => other !== criterion && criterionName(other) === name)) return path;
    return `${limit === "at_least" || limit === "between[0]" ? "lower" : "upper"} limit of ${name}`;
  };
}

function told(amendments: readonly Amendment[], place: number, nameOf: (path: string) => string): Told[] {
  const amendment = amendments[place]!;
  const known = wereKnown(amendment) ? 0 : 1;
  if (amendment.changes.length === 0)
    return [{ amendment, text: ["wording only, no field"], rank: 4 + known }];
  return amendment.changes.map((change) => ({
    amendment,
    text: changeWords(change, nameOf(change.path), place),
    rank: (isDecisive(change) ? 0 : 2) + known,
  }));
}

function changeWords({ before, after }: Change, name: string, place: number): Phrase {
  const given = (value: string) => amendedValue(place, value);
  const text =
    before === null
      ? [`${name} added as `, ...given(after!)]
      : after === null
        ? [`${name} removed, was `, ...given(before)]
        : [`${name} from `, ...given(before), " to ", ...given(after)];
  return lengthOf(text) <= longestChange ? text : [`${name} changed`];
}

const lengthOf = (phrase: Phrase): number => phraseText(phrase, new Map()).length;

/** "Amended 2026-11-24, outcomes known: a from 1 to 2, b changed; 2026-11-25: c from 3 to 4". */
function grouped(changes: readonly Told[]): Phrase {
  const groups = new Map<Amendment, Phrase[]>();
  for (const { amendment, text } of changes) groups.set(amendment, [...(groups.get(amendment) ?? []), text]);
  return [...groups].flatMap(([amendment, texts], i) => [
    `${i === 0 ? "Amended " : "; "}${dayOf(amendment)}${wereKnown(amendment) ? ", outcomes known" : ""}: `,
    ...texts.flatMap((text, k) => (k === 0 ? text : [", ", ...text])),
  ]);
}

function isDecisive({ path }: { readonly path: string }): boolean {
  return decisive.test(path);
}

/** Whether the outcomes could be known when the protocol was locked or amended. */
export function wereKnown({ outcomes }: ProtocolLock): boolean {
  return /^(results opened before|results could be opened before|outcomes public before)/.test(outcomes);
}

/** Whether the protocol was locked on a later day than the decision date that it has now. */
export function isAfterDecision(lock: ProtocolLock, decisionDate: string): boolean {
  return dayOf(lock) > decisionDate;
}

/** "2026-11-21" */
export function dayOf({ entry }: { readonly entry: { readonly time: string } }): string {
  return entry.time.slice(0, 10);
}
