import { Problem } from "../evidence/problem.ts";
import type { Log } from "./log.ts";
import { namesPerson, sameName } from "./person-name.ts";
import type { Statement } from "./statement.ts";

type Signer = Pick<Statement, "role" | "by" | "meaning" | "key">;

/** What a signature may not be. */
export interface SignatureFault {
  readonly code:
    | "signature-role-taken"
    | "signature-second-role"
    | "signature-author"
    | "signature-key-of-another";
  readonly message: string;
  readonly hint: string;
}

/** Who locked or amended the protocol: whoever fixes its words answers for them as its author does. */
export interface ProtocolWriter {
  readonly name: string;
  readonly act: "lock" | "amendment";
}

/** The names under which keys are known, from keys recorded and signatures given. */
export type KeyOwners = readonly { readonly key: string; readonly name: string }[];

export function keyOwners(log: Log): KeyOwners {
  return log.flatMap(({ record: { type, actor, body } }) =>
    type === "key" || type === "signature" ? [{ key: String(body.key), name: actor }] : [],
  );
}

/**
 * Why a signature may not be added to those before it: each role once, each person and key in one role, the author of
 * the protocol and who locked or amended it approve nothing, and a key is one person's. Undefined where it may.
 */
export function signatureFault(
  signer: Signer,
  {
    earlier,
    author,
    writers,
    owners,
  }: {
    readonly earlier: readonly Signer[];
    readonly author: string;
    readonly writers: readonly ProtocolWriter[];
    readonly owners: KeyOwners;
  },
): SignatureFault | undefined {
  const taken = earlier.find(({ role }) => role === signer.role);
  if (taken !== undefined) {
    return {
      code: "signature-role-taken",
      message: `${taken.by} has signed as ${taken.role}: ${taken.meaning}`,
      hint: "each role signs once; another opinion needs another role",
    };
  }
  const same = earlier.find(({ by, key }) => sameName(by, signer.by) || key === signer.key);
  if (same !== undefined) {
    const who = sameName(same.by, signer.by) ? same.by : `the key of ${same.by}`;
    return {
      code: "signature-second-role",
      message: `${who} has signed as ${same.role}, and cannot sign as ${signer.role} too`,
      hint: "another person signs for this role, with a key of their own",
    };
  }
  const names = [signer.by, ...owners.flatMap(({ key, name }) => (key === signer.key ? [name] : []))];
  const isSigner = (one: string) => names.some((name) => sameName(one, name));
  const isAuthor = names.some((name) => namesPerson(author, name));
  const writer = writers.find(({ name }) => isSigner(name));
  if ((isAuthor || writer !== undefined) && signer.meaning === "approve") {
    const did = isAuthor
      ? `${author} wrote the protocol`
      : `${writer!.name} ${writer!.act === "lock" ? "locked" : "amended"} the protocol`;
    return {
      code: "signature-author",
      message: `${did} and cannot approve what came of it`,
      hint: "another person approves; who wrote, locked or amended it may sign with --meaning review or reject",
    };
  }
  const other = owners.find(({ key, name }) => key === signer.key && !sameName(name, signer.by));
  if (other === undefined) return undefined;
  return {
    code: "signature-key-of-another",
    message: `the key is that of ${other.name}, not of ${signer.by}`,
    hint: "sign with a key of your own",
  };
}

/** Throws the Problem of a signature that may not be given; `newKey` is the command that makes a key here. */
export function refuseSignature(
  signer: Parameters<typeof signatureFault>[0],
  known: Parameters<typeof signatureFault>[1],
  newKey: string,
): void {
  const fault = signatureFault(signer, known);
  if (fault === undefined) return;
  const hint = fault.code === "signature-key-of-another" ? `${fault.hint}: ${newKey}` : fault.hint;
  throw new Problem(fault.code, fault.message, { hint });
}
