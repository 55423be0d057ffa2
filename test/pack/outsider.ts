import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";

/**
 * A second verifier of packs, written from the documents alone: APPNOTE (zip), RFC 9162 section 2.1, C2SP signed-note and
 * tlog-checkpoint, RFC 8785, and docs/decisions/0008-signatures.md. It shares no code with the first one, uses nothing
 * but node:crypto, and prefers the definition to the fast way. Throws at the first thing that does not hold.
 */
export interface Found {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly signers: readonly string[];
}

const sha = (...parts: (Uint8Array | string)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export function verifyAsOutsider(pack: Buffer): Found {
  const files = entries(pack);
  const text = (path: string) => must(files.get(path), `there is ${path}`).toString("utf8");
  const manifest = JSON.parse(text("pack.json"));
  equal(
    [...files.keys()].filter((path) => path !== "pack.json").sort(),
    manifest.entries.map(({ path }: { path: string }) => path),
  );
  for (const { path, bytes, sha256 } of manifest.entries) {
    equal([files.get(path)!.length, sha(files.get(path)!).toString("hex")], [bytes, sha256]);
  }
  const lines = text("ledger/records.jsonl").split("\n").slice(0, -1);
  const leaves = lines.map((line) => sha("\0", line));
  lines.forEach((line, i) => {
    const { index, previous } = JSON.parse(line);
    equal([index, previous], [i, i === 0 ? "0".repeat(64) : leaves[i - 1]!.toString("hex")]);
  });
  const key = verifierKey(text("ledger/verifier-key").trim());
  const head = checkpoint(text("ledger/checkpoint"), key);
  equal([head.size, head.root], [lines.length, treeHash(leaves).toString("hex")]);
  return { ...head, signers: files.has("seal.json") ? signers(files, lines, leaves, key) : [] };
}

type Key = ReturnType<typeof verifierKey>;

function signers(
  files: ReadonlyMap<string, Buffer>,
  lines: readonly string[],
  leaves: readonly Buffer[],
  key: Key,
): string[] {
  const seal = JSON.parse(files.get("seal.json")!.toString("utf8"));
  const sealed = checkpoint(seal.ledger.checkpoint, key);
  const then = leaves.slice(0, sealed.size);
  equal(sealed.root, treeHash(then).toString("hex"));
  for (const { line, index, proof } of [seal.run, ...seal.signatures]) {
    equal(line, lines[index]);
    equal(
      proof,
      path(index, then).map((hash) => hash.toString("hex")),
    );
  }
  const hashes = ["dossier.json", "memo.html", "report.html"].map((name) =>
    sha(files.get(`committee/${name}`)!).toString("hex"),
  );
  const run = JSON.parse(seal.run.line).body;
  equal([run.committee, run.memo, run.report], hashes);
  return seal.signatures.map(({ line }: { line: string }) => {
    const { signature, ...statement } = JSON.parse(line).body;
    equal([statement.committee, statement.memo, statement.report], hashes);
    equal(statement.root, treeHash(leaves.slice(0, statement.size)).toString("hex"));
    const person = createPublicKey({
      key: Buffer.from(statement.key, "base64"),
      format: "der",
      type: "spki",
    });
    const signed = Buffer.from(`probity-signature/1\n${sortedJson(statement)}`);
    must(verify(null, signed, person, Buffer.from(signature, "base64")), `${statement.by} has signed`);
    return `${statement.by}, ${statement.role}: ${statement.meaning}`;
  });
}

/** MTH: of nothing, of one leaf, or of the two halves where the left is the largest power of two that is smaller. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return leaves[0]!;
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return sha("\x01", treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

/** PATH(m, D[n]). */
function path(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return m < k
    ? [...path(m, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), treeHash(leaves.slice(0, k))];
}

/** name+hex of the key id+base64 of 0x01 and the key. */
function verifierKey(vkey: string): { name: string; id: Buffer; key: KeyObject } {
  const [name = "", id = "", ...rest] = vkey.split("+");
  const typed = Buffer.from(rest.join("+"), "base64");
  equal([typed.length, typed[0]], [33, 1]);
  equal(sha(`${name}\n`, typed).subarray(0, 4).toString("hex"), id);
  const x = typed.subarray(1).toString("base64url");
  return {
    name,
    id: Buffer.from(id, "hex"),
    key: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }),
  };
}

function checkpoint(note: string, { name, id, key }: Key): Omit<Found, "signers"> {
  const [body = "", signature = ""] = note.split("\n\n");
  const [, signer, base64 = ""] = /^— (\S+) (\S+)\n$/.exec(signature) ?? [];
  const bytes = Buffer.from(base64, "base64");
  equal([signer, bytes.subarray(0, 4).toString("hex")], [name, id.toString("hex")]);
  must(verify(null, Buffer.from(`${body}\n`), key, bytes.subarray(4)), "the checkpoint is signed");
  const [origin = "", size = "", root = ""] = body.split("\n");
  equal(origin, name);
  return { origin, size: Number(size), root: Buffer.from(root, "base64").toString("hex") };
}

/** Entries by the central directory, which ends the file. */
function entries(zip: Buffer): Map<string, Buffer> {
  const end = zip.length - 22;
  equal(zip.readUInt32LE(end), 0x06054b50);
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let i = zip.readUInt16LE(end + 10); i > 0; i--) {
    equal([zip.readUInt32LE(at), zip.readUInt16LE(at + 10)], [0x02014b50, 0]);
    const [size, nameLength, local] = [
      zip.readUInt32LE(at + 24),
      zip.readUInt16LE(at + 28),
      zip.readUInt32LE(at + 42),
    ];
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    files.set(name, zip.subarray(start, start + size));
    at += 46 + nameLength;
  }
  return files;
}

/** RFC 8785 for a flat object of texts and whole numbers. */
function sortedJson(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(
    Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((name) => [name, value[name]]),
    ),
  );
}

function must<T>(value: T, what: string): NonNullable<T> {
  if (value === undefined || value === null || value === false) throw new Error(`not so: ${what}`);
  return value;
}

function equal(a: unknown, b: unknown): void {
  if (JSON.stringify(a) !== JSON.stringify(b))
    throw new Error(`${JSON.stringify(a)} is not ${JSON.stringify(b)}`);
}
