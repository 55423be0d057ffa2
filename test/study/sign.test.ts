import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/evidence/canonical-json.ts";
import { parseSeal, type Seal } from "../../src/store/index.ts";
import { start } from "./command.ts";
import { evaluated, probity, workspace } from "./evaluate.ts";
import { type Person, person } from "./people.ts";
import { copyStudy, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

/** Evaluated once; a test that signs takes a variant of its own, because signatures are of the bytes. */
let ana: Person;
let ben: Person;
let cem: Person;
let unsigned: string;

beforeAll(async () => {
  unsigned = await dossier("unsigned");
  [ana, ben, cem] = [
    await person(folder.path, "Ana Ruiz"),
    await person(folder.path, "Ben Okoye"),
    await person(folder.path, "Cem Aydin"),
  ];
});

/** A dossier of other bytes than every other: its seed differs. */
let seed = 1;
async function dossier(name: string): Promise<string> {
  const study = join(folder.path, "study");
  if (!existsSync(study)) {
    copyStudy(study, {
      withoutDevelopment: true,
      protocol: (text) => replaced(text, /^author: .*$/m, 'author: "Dee Wright"'),
    });
  }
  const out = join(folder.path, name);
  await evaluated(study, out, { draws: 0, more: ["--seed", String(seed++)] });
  return out;
}

const readSeal = (out: string): Seal => {
  const seal = parseSeal(readFileSync(join(out, "seal.json"), "utf8"));
  if (seal === undefined) throw new Error("no seal");
  return seal;
};
const bodyOf = (line: string) => JSON.parse(line).body;

describe("a dossier signed by three people", () => {
  let out: string;
  beforeAll(async () => {
    out = await dossier("signed");
    for (const [who, role, meaning] of [
      [ana, "product", "approve"],
      [ben, "Physician", "review"],
      [cem, "COMPLIANCE", "reject"],
    ] as const) {
      const run = await who.sign(out, role, meaning);
      expect(run.stderr).toBe("");
      expect(run.code).toBe(0);
    }
  });

  test("has a seal with the run and each signature, which hold with the public key alone", () => {
    const { run, signatures, ledger } = readSeal(out);
    expect(bodyOf(run.line)).toMatchObject({ study: "study", opened: "results" });
    expect(
      signatures.map(({ line }) => bodyOf(line)).map(({ role, meaning, by }) => [role, meaning, by]),
    ).toEqual([
      ["Product", "approve", "Ana Ruiz"],
      ["Physician", "review", "Ben Okoye"],
      ["Compliance", "reject", "Cem Aydin"],
    ]);
    for (const { line, index } of signatures) {
      const { signature, ...statement } = bodyOf(line);
      const key = createPublicKey({ key: Buffer.from(statement.key, "base64"), format: "der", type: "spki" });
      const signed = Buffer.from(`probity-signature/1\n${canonicalJson(statement)}`);
      expect(verify(null, signed, key, Buffer.from(signature, "base64"))).toBe(true);
      expect(statement).toMatchObject({ ledger: ledger.origin, size: index });
      expect(verify(null, Buffer.from(canonicalJson(statement)), key, Buffer.from(signature, "base64"))).toBe(
        false,
      );
    }
  });

  test("has a memo that shows them, and is otherwise the memo that was signed", () => {
    const memo = readFileSync(join(out, "committee", "memo.html"), "utf8");
    const signed = readFileSync(join(out, "committee", "memo-signed.html"), "utf8");
    const { size, root } = readSeal(out).ledger;
    const { word } = JSON.parse(readFileSync(join(out, "committee", "dossier.json"), "utf8")).verdict;
    expect(signed).not.toContain("No dissent recorded");
    for (const words of [
      `<b>Product</b> approves ${word}<br>`,
      "<b>Physician</b> has reviewed<br>",
      `<b>Compliance</b> rejects ${word}<br>`,
      `<cite>Dissent: Compliance rejects. Approval is of this recommendation (${word}).</cite>`,
      '<span\nclass="by">Ana Ruiz</span>',
      "3 of 3 signed, 1 against",
      `ledger ${size}<br>${root.slice(0, 8)}…${root.slice(-8)}`,
      root,
    ]) {
      expect(signed).toContain(words);
      expect(memo).not.toContain(words);
    }
    expect(signed.split("\n").filter((line) => !memo.includes(line)).length).toBeLessThan(20);
  });

  test("is not replaced by another evaluation", async () => {
    const before = readFileSync(join(out, "seal.json"));
    const { code, stderr } = await probity(["evaluate", join(folder.path, "study"), "--out", out]);
    expect(code).toBe(2);
    expect(stderr).toContain("a signed dossier is there and stays as it is");
    expect(readFileSync(join(out, "seal.json"))).toEqual(before);
  });

  test("is sealed again from the ledger where a killed run has not", async () => {
    const copy = join(folder.path, "killed");
    cpSync(out, copy, { recursive: true });
    rmSync(join(copy, "seal.json"));
    rmSync(join(copy, "committee", "memo-signed.html"));
    expect((await ana.sign(copy, "product")).code).toBe(2);
    expect(readSeal(copy).signatures.map(({ line }) => line)).toEqual(
      readSeal(out).signatures.map(({ line }) => line),
    );
  });
});

test("--json says what was signed", async () => {
  const out = await dossier("json");
  const { stdout } = await ana.sign(out, "product", "approve", ["--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ role: "Product", by: "Ana Ruiz", meaning: "approve" });
});

describe("refused, and nothing recorded:", () => {
  test("the same role twice, and one person or one key in two roles", async () => {
    const out = await dossier("twice");
    await ana.sign(out, "product");
    const twice = await ben.sign(out, "product");
    expect(twice.stderr).toContain("Ana Ruiz has signed as Product: approve");
    const spelt = await ana.sign(out, "physician", "approve", ["--by", "ANA  ruiz"]);
    expect(spelt.stderr).toContain("Ana Ruiz has signed as Product, and cannot sign as Physician too");
    const sameKey = await ben.sign(out, "physician", "approve", ["--key", ana.key]);
    expect(sameKey.stderr).toContain("the key of Ana Ruiz has signed as Product");
    expect([twice.code, spelt.code, sameKey.code]).toEqual([2, 2, 2]);
    expect(readSeal(out).signatures.length).toBe(1);
  });

  test("the author of the protocol who approves it, however the name is spelt and with any key", async () => {
    const dee = await person(folder.path, "dee  WRIGHT");
    const byName = await dee.sign(unsigned, "compliance");
    expect(byName.stderr).toContain("Dee Wright wrote the protocol and cannot approve");
    const byKey = await dee.sign(unsigned, "compliance", "approve", ["--by", "Another Name"]);
    expect(byKey.stderr).toContain("Dee Wright wrote the protocol and cannot approve");
    const out = await dossier("author-reviews");
    expect((await dee.sign(out, "product", "review")).code).toBe(0);
  });

  test("a key that is somebody else's", async () => {
    const more = ["--key", cem.key, "--workspace", workspace];
    const { code, stderr } = await ben.sign(unsigned, "physician", "review", more);
    expect(code).toBe(2);
    expect(stderr).toContain("the key is that of Cem Aydin, not of Ben Okoye");
    expect(stderr).toContain(`: probity key new --workspace ${workspace} --by <name> --out <file>`);
  });

  test.each([
    ["a folder", (path: string) => mkdirSync(path)],
    ["a pipe", (path: string) => void execFileSync("mkfifo", [path])],
    ["a device without end", (path: string) => symlinkSync("/dev/zero", path)],
    ["a large file", (path: string) => writeFileSync(path, Buffer.alloc(70_000))],
    ["links in a circle", (path: string) => symlinkSync(path, path)],
  ])("%s in the place of the key", async (name, put) => {
    const path = join(folder.path, `${name}.key`);
    put(path);
    const { code, stderr } = await ben.sign(unsigned, "physician", "review", ["--key", path]);
    expect(code).toBe(2);
    expect(stderr).toContain("the file cannot be a key");
  });

  test.each(["loop", "file", "file/below"])("a dossier that is no folder: %s", async (name) => {
    const at = join(folder.path, "no-folder");
    mkdirSync(at, { recursive: true });
    if (name === "loop") symlinkSync("loop", join(at, "loop"));
    else writeFileSync(join(at, "file"), "");
    const { code, stderr } = await ben.sign(join(at, name), "physician", "review");
    expect(code).toBe(2);
    expect(stderr).toContain("holds no committee/");
  });

  test.each([
    ["committee/dossier.json", "committee/dossier.json is not what the recorded run wrote"],
    ["committee/memo.html", "committee/memo.html is not what the recorded run wrote"],
    ["committee/report.html", "committee/report.html is not what the recorded run wrote"],
    ["team/dossier.json", "the file is not what the recorded run wrote"],
    ["team/report.html", "the file is not what the recorded run wrote"],
    ["team/data-report.html", "the file is not what the recorded run wrote"],
    ["team/rows/patients.parquet", "the file is not what the recorded run wrote"],
  ])("a dossier with another %s", async (path, says) => {
    const copy = join(folder.path, `changed ${path.replaceAll("/", " ")}`);
    cpSync(unsigned, copy, { recursive: true });
    writeFileSync(join(copy, path), Buffer.concat([readFileSync(join(copy, path)), Buffer.from(" ")]));
    const { code, stderr } = await ana.sign(copy, "product");
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  test("a committee's folder with a file of its own", async () => {
    const copy = join(folder.path, "more files");
    cpSync(unsigned, copy, { recursive: true });
    writeFileSync(join(copy, "committee", "patients.csv"), "id\n1\n");
    expect((await ana.sign(copy, "product")).stderr).toContain(
      "committee/patients.csv is none of a dossier's",
    );
  });

  test("a dossier of another workspace", async () => {
    const another = ["--workspace", join(folder.path, "another")];
    const entry = [
      "project=sepsis",
      "cause=data",
      "owner=CMIO",
      "date=2026-10-01",
      "reason=of another study",
    ];
    await probity(["register", "post-mortems", ...entry, "--by", "Ana Ruiz", ...another]);
    const { code, stderr } = await ana.sign(unsigned, "product", "approve", another);
    expect(code).toBe(2);
    expect(stderr).toContain("has no run that wrote this dossier");
  });

  test("an unknown role, an unknown meaning, a folder without a dossier", async () => {
    expect((await ana.sign(unsigned, "nurse")).stderr).toContain(
      'unknown role "nurse"; expected one of Product, Physician, Compliance',
    );
    expect((await ana.sign(unsigned, "product", "agree")).stderr).toContain("approve, reject, review");
    expect((await ana.sign(folder.path, "product")).stderr).toContain("holds no committee/dossier.json");
  });

  test("a wrong passphrase, no passphrase, a key that is not encrypted or not Ed25519", async () => {
    const wrong = join(folder.path, "wrong");
    writeFileSync(wrong, "not the passphrase of it\n");
    const sign = (more: readonly string[]) => ana.sign(unsigned, "product", "approve", more);
    expect((await sign(["--passphrase-file", wrong])).stderr).toContain("does not open with this passphrase");
    const plain = join(folder.path, "plain.key");
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(plain, privateKey.export({ type: "pkcs8", format: "pem" }));
    expect((await sign(["--key", plain])).stderr).toContain("no encrypted private key");
    const rsa = join(folder.path, "rsa.key");
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const passphrase = readFileSync(ana.passphraseFile, "utf8").trim();
    const encrypted = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
    writeFileSync(rsa, other.export(encrypted));
    expect((await sign(["--key", rsa])).stderr).toContain("a key of type rsa; expected ed25519");
    const { code, stderr } = await probity([
      ...["sign", unsigned, "--as", "product", "--by", "Ana Ruiz"],
      ...["--meaning", "approve", "--key", ana.key],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("no passphrase was given");
  });

  test("a name that has no place on the memo", async () => {
    const out = await dossier("long");
    const name = Array.from({ length: 12 }, () => "Wilhelmina")
      .join(" ")
      .slice(0, 99)
      .trim();
    const long = await person(folder.path, name);
    const { code, stderr } = await long.sign(out, "product");
    expect(code).toBe(2);
    expect(stderr).toContain("has no room for the name");
    expect(existsSync(join(out, "seal.json"))).toBe(false);
    expect((await ana.sign(out, "product")).code).toBe(0);
    expect(readSeal(out).signatures.length).toBe(1);
  });
});

describe("probity key new", () => {
  const make = (out: string, phrase: string) => {
    const file = join(folder.path, "phrase");
    writeFileSync(file, phrase);
    return probity(["key", "new", "--by", "Eve Lund", "--out", out, "--passphrase-file", file, "--json"]);
  };

  test("writes an encrypted key for its owner alone and records whose it is", async () => {
    const out = join(folder.path, "eve.key");
    const { stdout } = await make(out, "several words in a row");
    expect(JSON.parse(stdout)).toMatchObject({ by: "Eve Lund", recorded: true });
    expect(readFileSync(out, "utf8")).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const log = readFileSync(join(workspace, "ledger", "records-0000000000000000.jsonl"), "utf8");
    expect(log).toContain('{"actor":"Eve Lund"');
    expect(log).not.toContain("several words");
  });

  test("replaces nothing, and takes no short or empty passphrase", async () => {
    const out = join(folder.path, "twice.key");
    await make(out, "several words in a row");
    expect(JSON.parse((await make(out, "several words in a row")).stdout).problem.title).toContain(
      "there is a file already",
    );
    const short = await make(join(folder.path, "short.key"), "fourteen chars");
    expect(JSON.parse(short.stdout).problem.title).toContain("fewer than 15 characters");
    const empty = await make(join(folder.path, "empty.key"), "\n");
    expect(JSON.parse(empty.stdout).problem.title).toContain("the first line of the file is empty");
    expect(existsSync(join(folder.path, "short.key"))).toBe(false);
  });

  test("says that nobody was told where there is no ledger yet", async () => {
    const out = join(folder.path, "alone.key");
    const cwd = join(folder.path, "no workspace");
    mkdirSync(cwd);
    const argv = ["key", "new", "--by", "Eve Lund", "--out", out, "--passphrase-file", ana.passphraseFile];
    const { stdout } = await start(argv, { cwd }).ended;
    expect(stdout).toContain("this workspace has no ledger yet");
    expect(readdirSync(cwd)).toEqual([]);
  });
});

test("the passphrase is in no file that was written", () => {
  const seal = readFileSync(join(folder.path, "signed", "seal.json"), "utf8");
  const passphrase = readFileSync(ana.passphraseFile, "utf8").trim();
  expect(seal).not.toContain(passphrase);
});
