import type { Dossier, Memo } from "../../evidence/dossier.ts";
import type { Estimate } from "../../evidence/estimate.ts";
import { isKnown } from "../../evidence/estimate.ts";
import { isProtocolNumber, isReference, type Phrase } from "../../evidence/phrase.ts";
import { typedCounts } from "./typed-counts.ts";

/**
 * Takes out of every sentence what the numbers no longer tell: a fraction of which only the value is shown, and
 * counts typed as text.
 */
export function withoutCounts(disclosed: Dossier, whole: Dossier): Dossier {
  const byId = new Map(disclosed.estimates.map((estimate) => [estimate.id, estimate]));
  const typed = typedCounts(whole, byId);
  const plain = (text: string) => typed.reduce((so, { from, to }) => so.replaceAll(from, to), text);
  const isHidden = (id: string) => {
    const estimate = byId.get(id);
    return estimate !== undefined && "hidden" in estimate;
  };
  const isIntervalHidden = (id: string) => {
    const estimate = byId.get(id);
    return estimate !== undefined && isKnown(estimate) && estimate.isIntervalHidden === true;
  };
  const phrase = (pieces: Phrase): Phrase =>
    withoutEcho(pieces, isHidden).map((piece) => {
      if (isProtocolNumber(piece)) return piece;
      if (!isReference(piece)) return plain(piece);
      return piece.part === "fraction" && !hasFraction(byId.get(piece.id))
        ? { ...piece, part: "value" }
        : piece;
    });
  const kept: Dossier = {
    ...disclosed,
    verdict: {
      ...disclosed.verdict,
      reason: phrase(disclosed.verdict.reason),
      wouldChange: phrase(disclosed.verdict.wouldChange),
    },
    memo: memoIn(disclosed.memo, phrase, {
      minimumCell: disclosed.minimumCell,
      are: disclosed.binary?.minimumRows === undefined ? "are" : "may be",
      isWithheld: (id) => isHidden(id) || isIntervalHidden(id),
      labelOf: (id) => (isHidden(id) ? byId.get(id)?.label : undefined),
    }),
    quality: disclosed.quality.map(({ question, answers }) => ({ question, answers: answers.map(phrase) })),
    findings: disclosed.findings.map((finding) => ({ ...finding, sentence: phrase(finding.sentence) })),
    requirements: disclosed.requirements.map(({ remedy, changes, ...requirement }) => ({
      ...requirement,
      found: phrase(requirement.found),
      ...(remedy === undefined ? {} : { remedy: plain(remedy) }),
      ...(changes
        ? { changes: changes.map((change) => ({ ...change, sentence: phrase(change.sentence) })) }
        : {}),
    })),
  };
  const isShort = kept.files.length < whole.files.length;
  return isShort ? { ...kept, quality: withUnlistedFiles(kept) } : kept;
}

/** A hidden number says so once: its interval in brackets behind it is dropped. */
function withoutEcho(pieces: Phrase, isHidden: (id: string) => boolean): Phrase {
  const idAt = (i: number) => {
    const piece = pieces[i];
    return piece !== undefined && isReference(piece) ? piece.id : undefined;
  };
  const echo = pieces.findIndex((piece, i) => {
    const id = idAt(i);
    const after = pieces[i + 1];
    const isInBrackets = pieces[i - 1] === " (" && typeof after === "string" && after.startsWith(")");
    return isReference(piece) && isInBrackets && id === idAt(i - 2) && isHidden(piece.id);
  });
  if (echo < 0) return pieces;
  const rest = (pieces[echo + 1] as string).slice(1);
  return [...pieces.slice(0, echo - 1), ...(rest === "" ? [] : [rest]), ...pieces.slice(echo + 2)];
}

/** What stands beside a measure is left out where one of its numbers is not shown as a whole. */
function baseIn(base: Phrase, isWithheld: (id: string) => boolean): Phrase {
  return base.filter(isReference).some(({ id }) => isWithheld(id)) ? [] : base;
}

interface Withholding {
  readonly minimumCell: number;
  /** "are behind it", or "may be" where a patient may have several rows. */
  readonly are: "are" | "may be";
  readonly isWithheld: (id: string) => boolean;
  /** Of a hidden number, which may name less than the number itself did. */
  readonly labelOf: (id: string) => string | undefined;
}

/** Characters that the lines of the decision hold, whatever they are. */
const decisionRoom = 300;

/** Why the number that decides is not shown, and who reads it where; in long sentences the legend alone has why. */
function hiddenWords(decision: Phrase, { minimumCell, are, labelOf }: Withholding): Phrase {
  if (!decision.some((piece) => isReference(piece) && labelOf(piece.id) !== undefined)) return decision;
  const words =
    ` Hidden: fewer than ${minimumCell} patients ${are} behind it, or such a count would follow; ` +
    "the team, who may see patient data, reads it in team/dossier.json.";
  const typed = decision.map((piece) => {
    if (isProtocolNumber(piece)) return piece.text;
    return isReference(piece) ? "hidden" : piece;
  });
  return typed.join("").length + words.length <= decisionRoom ? [...decision, words] : decision;
}

function memoIn(memo: Memo, phrase: (pieces: Phrase) => Phrase, withholding: Withholding): Memo {
  const { isWithheld, labelOf } = withholding;
  const terms = (items: Memo["mind"]) => items.map(({ term, text }) => ({ term, text: phrase(text) }));
  return {
    ...memo,
    header: { ...memo.header, site: phrase(memo.header.site) },
    decision: hiddenWords(phrase(memo.decision), withholding),
    flaw: { ...memo.flaw, text: phrase(memo.flaw.text) },
    question: terms(memo.question),
    evidence: memo.evidence.map((row) => {
      const label = labelOf(row.estimate);
      return {
        ...row,
        measure: label === undefined ? phrase(row.measure) : [label],
        base: phrase(baseIn(row.base, isWithheld)),
      };
    }),
    also: phrase(memo.also),
    data: { have: phrase(memo.data.have), gap: phrase(memo.data.gap) },
    burden: { cost: phrase(memo.burden.cost), benefit: phrase(memo.burden.benefit) },
    harm: terms(memo.harm),
    papers: phrase(memo.papers),
    mind: terms(memo.mind),
  };
}

function hasFraction(estimate: Estimate | undefined): boolean {
  return estimate !== undefined && (!isKnown(estimate) || estimate.numerator !== undefined);
}

/** Files whose number of rows would give a count away are named without it. */
function withUnlistedFiles({ quality, minimumCell }: Dossier): Dossier["quality"] {
  const sentence = `A file whose rows would give away a count below ${minimumCell} is not listed under Files.`;
  return quality.map((question, i) =>
    i === 0 ? { ...question, answers: [...question.answers, [sentence]] } : question,
  );
}
