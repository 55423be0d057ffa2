import { dossierFormat } from "../evidence/dossier.ts";
import { Problem } from "../evidence/problem.ts";
import type { Trail } from "../evidence/trail.ts";
import { type Files, signedPaths } from "./dossier-files.ts";
import type { ProtocolWriter } from "./signature-rules.ts";

/** What signing and verifying read of the committee's dossier. */
export interface DossierFacts {
  readonly author: string;
  /** Roles that sign, as the memo spells them. */
  readonly roles: readonly string[];
  readonly word: string;
  readonly asOf: string;
  readonly seed: number;
  readonly protocolSha256: string;
  readonly trail: Trail;
}

/** Reads committee/dossier.json, which anyone may have written; undefined where one of the facts is not there. */
export function dossierFacts(files: Files): DossierFacts | undefined {
  const dossier = dossierIn(files);
  const memo = objectOf(dossier.memo);
  const { author } = objectOf(memo.header);
  const { word } = objectOf(dossier.verdict);
  const { asOf, seed, protocolSha256, trail } = dossier;
  const isWhole =
    dossier.format === dossierFormat &&
    isTexts([author, word, asOf, protocolSha256]) &&
    typeof seed === "number" &&
    isTexts(memo.signatures) &&
    isTrail(trail);
  if (!isWhole) return undefined;
  const roles = memo.signatures as readonly string[];
  return { author, word, asOf, seed, protocolSha256, roles, trail } as DossierFacts;
}

/**
 * Throws the Problem dossier-format where another version of probity wrote the dossier: what it holds then has other
 * fields, and neither a fault nor its absence would mean anything.
 */
export function refuseOtherFormat(files: Files, where: string): void {
  const { format } = dossierIn(files);
  if (format === dossierFormat || typeof format !== "string" || !/^probity-dossier\/\d+$/.test(format))
    return;
  throw new Problem(
    "dossier-format",
    `another version of probity wrote this dossier, in the format ${format}; this one reads ${dossierFormat}`,
    { where, hint: "use the version that wrote it, or evaluate the study again and sign that dossier" },
  );
}

/** Who locked the protocol and who changed it since, by the receipts and by the ledger. */
export function writersOf({ lock, amendments, withoutReceipt }: Trail): readonly ProtocolWriter[] {
  const lost = withoutReceipt.flatMap(({ kind, entry }) =>
    kind === "acknowledgement" ? [] : [{ name: entry.by, act: kind }],
  );
  return [
    ...(lock === null ? [] : [{ name: lock.entry.by, act: "lock" as const }]),
    ...amendments.map(({ entry }) => ({ name: entry.by, act: "amendment" as const })),
    ...lost,
  ];
}

function dossierIn(files: Files): Readonly<Record<string, unknown>> {
  return objectOf(parsed(Buffer.from(files.get(signedPaths.committee) ?? "").toString("utf8")));
}

/** Whether a value has what is read of a trail. */
export function isTrail(value: unknown): value is Trail {
  const { lock, amendments, acknowledgement, voided, withoutReceipt, replaced, rejections, earlier } =
    objectOf(value);
  const isLock = (one: unknown) => {
    const { entry, outcomes, protocolSha256 } = objectOf(one);
    return isEntry(entry) && isTexts([outcomes, protocolSha256]);
  };
  const isAcknowledgement = (one: unknown) => {
    const { entry, qualitySha256 } = objectOf(one);
    return isEntry(entry) && isTexts([qualitySha256]);
  };
  return (
    Array.isArray(voided) &&
    voided.every(isAcknowledgement) &&
    Array.isArray(withoutReceipt) &&
    withoutReceipt.every((act) => isEntry(objectOf(act).entry)) &&
    Array.isArray(replaced) &&
    replaced.every((one) => isEntry(objectOf(one).entry)) &&
    Array.isArray(rejections) &&
    rejections.every((one) => isEntry(objectOf(one).entry)) &&
    Array.isArray(earlier) &&
    earlier.every((one) => isEntry(objectOf(one).entry)) &&
    (lock === null || isLock(lock)) &&
    Array.isArray(amendments) &&
    amendments.every(
      (one) => isLock(one) && isTexts([objectOf(one).reason]) && areChanges(objectOf(one).changes),
    ) &&
    isAcknowledgement(acknowledgement)
  );
}

function areChanges(value: unknown): boolean {
  return Array.isArray(value) && value.every((change) => isTexts([objectOf(change).path]));
}

function isEntry(value: unknown): boolean {
  const { ledger, index, leaf, time, by } = objectOf(value);
  return isTexts([ledger, leaf, time, by]) && Number.isSafeInteger(index);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
