import { Problem } from "../evidence/problem.ts";
import type { SealMarks } from "../evidence/seal.ts";
import type { LedgerEntry } from "../evidence/trail.ts";
import { type LedgerRecord, maxClockStepMs } from "../ledger/index.ts";
import { type Checks, unless } from "./check.ts";
import { type DossierFacts, dossierFacts, writersOf } from "./dossier-facts.ts";
import {
  type Files,
  type SignedHashes,
  signedFields,
  signedHashes,
  signedMemoPath,
  signedPaths,
} from "./dossier-files.ts";
import { sealMarks } from "./seal.ts";
import { type KeyOwners, type ProtocolWriter, signatureFault } from "./signature-rules.ts";
import { fingerprintOf, isSigned, meanings, type SignatureBody } from "./statement.ts";

/** The memo with signatures, made again from the memo; the room of pages hands it in. */
export type MemoWith = (files: Files, marks: SealMarks) => string;

/** A dossier, its run and its signatures, each record proven to stand in the ledger. */
export interface SignedEvidence {
  readonly files: Files;
  readonly origin: string;
  readonly run: LedgerRecord;
  readonly signatures: readonly LedgerRecord[];
  /** Keys known to be somebody's before the signature of this index. */
  readonly owners: (index: number) => KeyOwners;
  /** Who locked or amended the protocol before the signature of this index, beside those that the dossier names. */
  readonly writers: (index: number) => readonly ProtocolWriter[];
}

/** Checks the committee's files against their run, and what the run says against the dossier. */
export function checkRun(checks: Checks, { files, run }: SignedEvidence): void {
  const hashes = signedHashes(files);
  for (const field of ["committee", "memo", "report"] as const) {
    const expected = run.body[field];
    checks.add(
      `${signedPaths[field]} is what the run of ${run.time} wrote, record ${run.index}`,
      unless(hashes[field] === expected, `its sha256 is ${hashes[field]}, the record says ${expected}`),
    );
  }
  const facts = dossierFacts(files);
  const { body } = run;
  const said = facts && [
    ["protocol", facts.protocolSha256, body.protocol],
    ["data report", facts.trail.acknowledgement.qualitySha256, body.quality],
    ["verdict", facts.word, body.verdict],
    ["date", facts.asOf, body.asOf],
    ["seed", facts.seed, body.seed],
  ];
  const other = said?.find(([, given, recorded]) => given !== recorded);
  checks.add(
    "protocol, data report, verdict, date and seed of the dossier are those of the run",
    said === undefined
      ? "the file is no dossier"
      : other && `the ${other[0]} is ${other[1]}, the record says ${other[2]}`,
  );
}

/** Checks each signature against its key, the files and the run, and all of them against the rules of who may sign. */
export function checkSignatures(checks: Checks, evidence: SignedEvidence): void {
  const facts = dossierFacts(evidence.files);
  const hashes = signedHashes(evidence.files);
  const earlier: SignatureBody[] = [];
  for (const record of evidence.signatures) {
    // The kind of the record was checked: these fields are there.
    const body = record.body as unknown as SignatureBody;
    const who = `signature of ${body.by} as ${body.role} (${body.meaning}), record ${record.index}`;
    checks.add(
      `${who}: made with the key ${fingerprintOf(body.key)}`,
      unless(isSigned(body), "the signature does not match what was signed"),
    );
    checks.add(
      `${who}: is of these files, this verdict and this ledger`,
      subjectFault(evidence, record, hashes),
    );
    const fault = signatureFault(body, {
      earlier,
      author: facts?.author ?? "",
      writers: [...(facts === undefined ? [] : writersOf(facts.trail)), ...evidence.writers(record.index)],
      owners: evidence.owners(record.index),
    });
    checks.add(
      `${who}: a role of the memo, once; one person and key; not the approval of who wrote, locked or amended the protocol`,
      roleFault(facts, body) ?? fault?.message,
    );
    earlier.push(body);
  }
}

function roleFault(facts: DossierFacts | undefined, { role, meaning }: SignatureBody): string | undefined {
  if (!facts?.roles.includes(role)) return `the memo has no role ${role}`;
  return unless(meanings.includes(meaning), `${meaning} is no meaning`);
}

function subjectFault(
  { origin, run }: SignedEvidence,
  { index, actor, time, body: given }: LedgerRecord,
  hashes: SignedHashes,
): string | undefined {
  const body = given as unknown as SignatureBody;
  const wrong = signedFields.find((field) => body[field] !== hashes[field]);
  if (wrong !== undefined) return `${signedPaths[wrong]} is not what was signed`;
  if (body.verdict !== run.body.verdict || body.study !== run.body.study)
    return "it is of another study or verdict";
  if (body.by !== actor) return `it is recorded as an act of ${actor}`;
  if (body.ledger !== origin) return `it was given over the ledger ${body.ledger}`;
  if (body.size > index || body.size <= run.index) {
    return `it was given over ${body.size} records, which do not lie between run and signature`;
  }
  const isLater = Date.parse(body.time) > Date.parse(time) + maxClockStepMs;
  return unless(!isLater, `it says ${body.time} and was recorded at ${time}`);
}

/** Makes the signed memo again from the memo and compares. */
export function checkSignedMemo(
  checks: Checks,
  evidence: SignedEvidence,
  head: SealMarks["ledger"],
  memoWith: MemoWith,
): void {
  const { files, signatures } = evidence;
  const found = files.get(signedMemoPath);
  const bodies = signatures.map(({ body }) => body as unknown as SignatureBody);
  const isSame = () => Buffer.from(memoWith(files, sealMarks(bodies, head))).equals(found!);
  checks.add(
    `${signedMemoPath} is the memo with these signatures and nothing else`,
    found === undefined ? "it is not there" : unless(canBeMade(isSame), "it is another page"),
  );
}

/** A page that cannot be made is another page. */
function canBeMade(isSame: () => boolean): boolean {
  try {
    return isSame();
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** A step of the study: where it is recorded, or what the dossier says of that. */
export interface Step {
  readonly name: string;
  readonly ledger: string;
  readonly index: number;
  readonly time: string;
}

/** Checks that each act came before the next, by index within one ledger, by stated times between two. */
export function checkOrder(
  checks: Checks,
  { files, origin, run, signatures }: SignedEvidence,
): readonly string[] {
  const trail = dossierFacts(files)?.trail;
  if (trail === undefined) return [];
  const step = (name: string, { ledger, index, time }: Omit<LedgerEntry, "leaf" | "by">): Step => {
    return { name, ledger, index, time };
  };
  const inLedger = (name: string, { index, time }: LedgerRecord) =>
    step(name, { ledger: origin, index, time });
  const locks = trail.lock === null ? [] : [step("lock", trail.lock.entry)];
  const amendments = trail.amendments.map(({ entry }, i) => step(`amendment ${i + 1}`, entry));
  const acknowledgement = step("acknowledgement", trail.acknowledgement.entry);
  const ran = inLedger("run", run);
  const signed = signatures.map((record, i) => inLedger(`signature ${i + 1}`, record));
  // A lock made after results were opened says so, and the dossier has it as a finding.
  const isLate = /^results (could be )?opened before/.test(trail.lock?.outcomes ?? "");
  const orders = [
    isLate ? [acknowledgement, ran, ...signed] : [...locks, acknowledgement, ran, ...signed],
    [...locks, ...amendments, ran],
  ];
  for (const order of orders.filter(({ length }) => length > 1)) {
    checks.add(order.map(({ name }) => name).join(" → "), orderFault(order));
  }
  const elsewhere = [...locks, ...amendments, acknowledgement].filter(({ ledger }) => ledger !== origin);
  return elsewhere.map(
    ({ name, ledger }) =>
      `when the ${name} was made: it is in another ledger, ${ledger}, and only the times that both state were compared`,
  );
}

function orderFault(order: readonly Step[]): string | undefined {
  const wrong = order.slice(1).findIndex((next, i) => !precedes(order[i]!, next));
  if (wrong < 0) return undefined;
  const [before, after] = [order[wrong]!, order[wrong + 1]!];
  return `the ${after.name} (${after.time}) does not follow the ${before.name} (${before.time})`;
}

function precedes(a: Step, b: Step): boolean {
  return a.ledger === b.ledger ? a.index < b.index : a.time <= b.time;
}
