import { Problem } from "../evidence/problem.ts";
import type { SealMarks, SignatureMark } from "../evidence/seal.ts";
import { type Html, html } from "./html.ts";
import { gaps, page, signatures as room, styles } from "./memo-page.ts";
import { qrCode, shortId } from "./qr-code.ts";
import { linesNeeded, type Run, textWidth } from "./text-fit.ts";

const says: Readonly<Record<SignatureMark["meaning"], string>> = {
  approve: "approves",
  reject: "rejects",
  review: "has reviewed",
};

/** In the place of a dissent; a signed memo says there who rejects, and what was approved. */
export const noDissent = html`<cite>No dissent recorded with this dossier.</cite>`;

/** Lines to sign on, one for each role, and what ties the paper to its dossier. */
export function linesToSign(roles: readonly string[], sha256: string): Html {
  return html`<div class="signs"
style="--roles:${roles.length}">${roles.map(
    (role) => html`<p class="who caption"><b>${role}</b>name, date, meaning</p>`,
  )}<div class="seal"><p class="mono"><b>${shortId(sha256)}</b><br>dossier sha256<br>${shortHash(sha256)}</p>${qrCode(
    sha256,
  )}</div></div>`;
}

/**
 * The memo that people have signed, with their signatures filled in: role, meaning, name, time and key, and size and root
 * of the ledger. Nothing else of the page differs, so a reader can make it again from memo and seal and compare.
 *
 * Throws the problem `memo-too-long` where a name does not fit its place, and `memo-not-signable` where `memo` is no
 * memo of these roles and this dossier.
 */
export function signedMemo(
  memo: string,
  {
    roles,
    dossierSha256,
    marks,
    word,
  }: {
    readonly roles: readonly string[];
    readonly dossierSha256: string;
    readonly marks: SealMarks;
    /** The verdict that was signed: "NO-GO". */
    readonly word: string;
  },
): string {
  const signed = replacedOnce(
    memo,
    linesToSign(roles, dossierSha256),
    linesSigned({ roles, dossierSha256, marks, word }),
  );
  const withDissent = signed.includes(noDissent.toString())
    ? replacedOnce(signed, noDissent, dissentOf(marks, word))
    : signed;
  const withState = replacedOnce(withDissent, stateOf("unsigned"), stateOf(stateWords(roles, marks)));
  return replacedOnce(withState, printNote, html`${printNote}${ledgerNote(marks, word)}`);
}

const printNote = html`<span>Prints to one page, A4 or US Letter.</span>`;

/** On a screen only: the root in full, and what the lines of a signature are. */
function ledgerNote({ ledger: { origin, size, root } }: SealMarks, word: string): Html {
  return html`
<span>Signed in the ledger ${origin}, ${size} records, root ${root}. Who
approves or rejects, approves or rejects this recommendation (${word}). Below each name: time, and the first eight digits of
the SHA-256 of the key.</span>`;
}

function stateOf(words: string): Html {
  return html`<dt>State</dt><dd>${words}</dd>`;
}

function stateWords(roles: readonly string[], { signatures }: SealMarks): string {
  const rejected = signatures.filter(({ meaning }) => meaning === "reject").length;
  return `${signatures.length} of ${roles.length} signed${rejected === 0 ? "" : `, ${rejected} against`}`;
}

/** "Dissent: Compliance rejects. Approval is of this recommendation (NO-GO)." */
function dissentOf({ signatures }: SealMarks, word: string): Html {
  const against = signatures.filter(({ meaning }) => meaning === "reject").map(({ role }) => role);
  const isApproved = signatures.some(({ meaning }) => meaning === "approve");
  return html`<cite>${dissentText(against, isApproved ? word : undefined)}</cite>`;
}

/** What signatures can say at most in the place of no dissent: one approves, the others reject. */
export function longestDissent([, ...others]: readonly string[], word: string): string {
  return dissentText(others, word);
}

function dissentText(against: readonly string[], approved: string | undefined): string {
  const verb = against.length === 1 ? "rejects" : "reject";
  const none = "No dissent recorded with this dossier.";
  const dissent = against.length === 0 ? none : `Dissent: ${against.join(", ")} ${verb}.`;
  return `${dissent}${approved === undefined ? "" : ` Approval is of this recommendation (${approved}).`}`;
}

function linesSigned({
  roles,
  dossierSha256: sha256,
  marks: { signatures, ledger },
  word,
}: Parameters<typeof signedMemo>[1]): Html {
  const sealLines = [shortId(sha256), `ledger ${ledger.size}`, shortHash(ledger.root).replaceAll(" ", "")];
  const sealWidth = Math.max(...sealLines.map((text) => textWidth({ ...styles.mono, text })));
  const taken = sealWidth + gaps.seal + room.height + roles.length * gaps.signed;
  const width = (page.text - taken) / roles.length;
  const [id, ...lines] = sealLines;
  return html`<div class="signs signed"
style="--roles:${roles.length}">${roles.map((role) => {
    const mark = signatures.find((signature) => signature.role === role);
    return mark
      ? signatureLines(mark, width, word)
      : html`<p class="who caption"><b>${role}</b><br>not signed</p>`;
  })}<div class="seal"><p class="mono"><b>${id!}</b>${lines.map((line) => html`<br>${line}`)}</p>${qrCode(
    sha256,
  )}</div></div>`;
}

/** Role and meaning, name, time and key: three lines, of which a long name takes what the first leaves. */
function signatureLines(
  { role, meaning, by, time, fingerprint }: SignatureMark,
  width: number,
  word: string,
): Html {
  const [bold, plain] = [{ ...styles.strong, size: styles.caption.size }, styles.caption];
  const name: Run = { ...plain, text: by };
  const isLong = textWidth(name) > width;
  const runs: Run[] = [{ ...bold, text: role }, { ...plain, text: ` ${says[meaning]}: ` }, name];
  // A model is not approved by who approves a NO-GO: the word stands there wherever it fits.
  const full = `${says[meaning]} ${word}`;
  const fits = textWidth({ ...bold, text: role }) + textWidth({ ...plain, text: ` ${full}` }) <= width;
  const said = meaning !== "review" && !isLong && fits ? full : says[meaning];
  if (isLong && linesNeeded(runs, width) > room.lines - 1) {
    throw new Problem("memo-too-long", `block 11 "Dissent, signatures" has no room for the name "${by}"`, {
      where: "--by",
      hint: "sign with a shorter form of the name",
    });
  }
  return html`<p class="who caption"><b>${role}</b> ${said}${isLong ? ": " : html`<br>`}<span
class="by">${by}</span><br>${momentText(time)} key ${fingerprint.slice(0, 8)}</p>`;
}

/** "2026-11-21 09:54Z" */
function momentText(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)}Z`;
}

function shortHash(sha256: string): string {
  return `${sha256.slice(0, 8)} \u2026 ${sha256.slice(-8)}`;
}

function replacedOnce(text: string, part: Html, by: Html): string {
  const pieces = text.split(part.toString());
  if (pieces.length !== 2) {
    throw new Problem("memo-not-signable", "the memo has no lines to sign on, or not those of its dossier", {
      where: "committee/memo.html",
      hint: "evaluate the study again with this version of probity",
    });
  }
  return pieces.join(by.toString());
}
