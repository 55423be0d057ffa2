import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyAsOutsider } from "../pack/outsider.ts";
import { entriesOf, remade, withEntry } from "../pack/tamper.ts";
import { evaluated, probity, workspace } from "./evaluate.ts";
import { person } from "./people.ts";
import { copyStudy, editText, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const study = join(folder.path, "locked-study");
const out = join(folder.path, "out");
const file = join(folder.path, "pack.zip");
const unsignedFile = join(folder.path, "unsigned.zip");
const pack = (to: string, more: readonly string[] = []) =>
  probity(["--debug", "pack", out, "--study", study, "--out", to, ...more]);
const verify = (...argv: string[]) => probity(["--debug", "verify", ...argv]);
/** Everything that a text says of what does not hold. */
const failures = (stdout: string) => stdout.split("\n").filter((line) => line.startsWith("FAILS"));

beforeAll(async () => {
  copyStudy(study, { withoutDevelopment: true, unlocked: true });
  rmSync(join(study, "receipts"), { recursive: true });
  await probity(["lock", study, "--by", "Dee Wright"]);
  await evaluated(study, out, { draws: 0 });
  expect((await pack(unsignedFile)).code).toBe(0);
  for (const [name, role, meaning] of [
    ["Ana Ruiz", "product", "approve"],
    ["Ben Okoye", "physician", "reject"],
  ] as const) {
    const { sign } = await person(folder.path, name);
    expect((await sign(out, role, meaning)).code).toBe(0);
  }
  const packed = await pack(file);
  expect(packed.stderr).toBe("");
  expect(packed.code).toBe(0);
});

test("a pack holds the committee's half, seal, receipts and ledger, and nothing of the team", () => {
  const paths = [...entriesOf(readFileSync(file)).keys()];
  expect(paths).toEqual([
    "committee/dossier.json",
    "committee/memo-signed.html",
    "committee/memo.html",
    "committee/report.html",
    "ledger/checkpoint",
    "ledger/records.jsonl",
    "ledger/verifier-key",
    "pack.json",
    "receipts/0001-lock.json",
    "receipts/0002-acknowledgement.json",
    "seal.json",
  ]);
});

test("two packs of the same dossier are the same bytes, in any time zone", async () => {
  const before = process.env.TZ;
  process.env.TZ = "Pacific/Kiritimati";
  const again = join(folder.path, "again.zip");
  await pack(again);
  process.env.TZ = before;
  expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
});

test("with the receipts of another study no pack is written, and what would not hold is listed", async () => {
  const other = copyStudy(join(folder.path, "another-study"), { withoutDevelopment: true, unlocked: true });
  const to = join(folder.path, "another.zip");
  const { code, stderr } = await probity(["pack", out, "--study", other, "--out", to]);
  expect(code).toBe(2);
  expect(stderr).toContain("no pack was written");
  expect(stderr).toContain("on the protocol has its receipt: there is none");
  expect(existsSync(to)).toBe(false);
});

test("a file in the place of the pack is not replaced", async () => {
  const { code, stderr } = await pack(file);
  expect(code).toBe(2);
  expect(stderr).toContain("there is a file already");
});

describe("verify, with the files alone,", () => {
  test("says of a signed pack line by line what holds, in which order, and what is not proven", async () => {
    const { code, stdout } = await verify(file);
    expect(failures(stdout)).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^INTACT +pack: all \d+ checks hold$/m);
    expect(stdout).toMatch(/^holds +lock → acknowledgement → run → signature 1 → signature 2$/m);
    expect(stdout).toMatch(
      /^holds +signature of Ben Okoye as Physician \(reject\), record \d+: made with the key/m,
    );
    expect(stdout).toMatch(/^not proven +that nothing was recorded after these \d+ records$/m);
    expect(stdout).toMatch(/^not proven +that the numbers are right/m);
  });

  test("says of a pack and of a dossier who has not signed, and who rejects it; pack says so too", async () => {
    for (const path of [file, out]) {
      const { stdout } = await verify(path);
      expect(stdout).toMatch(/^signing {5}Compliance has not signed$/m);
      expect(stdout).toMatch(/^signing {5}Ben Okoye as Physician rejects this dossier, \d{4}-\d\d-\d\d$/m);
      expect(stdout).not.toContain("Product has not signed");
    }
    const { stdout } = await pack(join(folder.path, "told.zip"));
    expect(stdout).toMatch(/ bytes, signed\nsigning {2}Compliance has not signed\nsigning {2}Ben Okoye as/);
    expect((await verify(unsignedFile)).stdout.match(/^signing .* has not signed$/gm)).toHaveLength(3);
  });

  test("an unsigned pack, a signed dossier, and the ledger hold too", async () => {
    for (const path of [unsignedFile, out, join(workspace, "ledger"), workspace]) {
      const { code, stdout } = await verify(path);
      expect(failures(stdout), path).toEqual([]);
      expect(code).toBe(0);
    }
  });

  test("looks at the team's half of a dossier too, and says what it did not look at", async () => {
    const changed = (name: string, edit: (copy: string) => void) => {
      const copy = join(folder.path, name);
      cpSync(out, copy, { recursive: true });
      edit(copy);
      return verify(copy);
    };
    for (const name of ["dossier.json", "data-report.html", "manifest.json", "quality.json"]) {
      const { code, stdout } = await changed(`edited-${name}`, (copy) =>
        editText(join(copy, "team", name), (text) => `${text} `),
      );
      expect(code, name).toBe(1);
      expect(failures(stdout).join("\n")).toContain(`FAILS  team/${name} is what the run of`);
    }
    const alone = await changed("alone", (copy) => rmSync(join(copy, "team"), { recursive: true }));
    expect(alone.stdout).toMatch(/^not proven +the team's half: team\/ is not here/m);
    expect(alone.code).toBe(0);
    const more = await changed("more", (copy) => writeFileSync(join(copy, "memo-final.html"), "hi"));
    expect(more.stdout).toMatch(/^not proven +memo-final\.html: no file of a dossier; it was not looked at/m);
    expect((await verify(out)).stdout).not.toContain("not looked at");
  });

  test("gives one object with --json", async () => {
    const result = JSON.parse((await verify(file, "--json")).stdout);
    expect(result).toMatchObject({ kind: "pack", intact: true });
    expect(result.checks.length).toBeGreaterThan(25);
  });

  test("takes a seal, a receipt or a checkpoint that was kept", async () => {
    const note = join(folder.path, "kept");
    writeFileSync(note, entriesOf(readFileSync(unsignedFile)).get("ledger/checkpoint")!);
    for (const kept of [note, join(out, "seal.json"), join(study, "receipts", "0001-lock.json")]) {
      for (const path of [file, workspace]) {
        expect(failures((await verify(path, "--checkpoint", kept)).stdout), `${path} ${kept}`).toEqual([]);
      }
    }
    const older = await verify(unsignedFile, "--checkpoint", join(out, "seal.json"));
    expect(older.code).toBe(1);
    expect(failures(older.stdout).join()).toContain("continues the checkpoint that you hold: it covers");
    expect((await verify(out, "--checkpoint", join(out, "seal.json"))).code).toBe(0);
  });

  test("finds a checkpoint of another ledger", async () => {
    const other = copyStudy(join(folder.path, "other"), { withoutDevelopment: true, unlocked: true });
    rmSync(join(other, "receipts"), { recursive: true });
    await probity(["lock", other, "--by", "Dee Wright", "--workspace", join(folder.path, "elsewhere")]);
    const kept = join(other, "receipts", "0001-lock.json");
    for (const path of [file, out, workspace]) {
      const { code, stdout } = await verify(path, "--checkpoint", kept);
      expect(code, path).toBe(1);
      expect(stdout).toContain("NOT INTACT");
    }
  });

  test("names the entry of a pack whose bytes were changed in place", async () => {
    const bytes = readFileSync(file);
    const memo = Buffer.from(entriesOf(bytes).get("committee/memo.html")!);
    const at = bytes.indexOf(memo) + memo.indexOf("Recommend HOLD");
    const changed = join(folder.path, "changed-in-place.zip");
    bytes.write("Recommend HELD", at);
    writeFileSync(changed, bytes);
    const { code, stdout } = await verify(changed);
    expect(code).toBe(1);
    expect(failures(stdout)).toEqual([
      "FAILS  pack: nothing but its entries, in the one form that a pack has: committee/memo.html: not as pack.json lists it",
    ]);
    // A pack of the same entries with a byte of their date changed.
    const dated = readFileSync(file);
    dated[10]! ^= 1;
    writeFileSync(changed, dated);
    expect(failures((await verify(changed)).stdout).join()).toContain(
      "bytes outside the content of the entries",
    );
  });

  const changes: readonly [string, string, string][] = [
    ["committee/memo.html", "Recommend HOLD", "committee/memo.html is what the run of"],
    ["committee/report.html", "HOLD", "committee/report.html is what the run of"],
    ["committee/dossier.json", '"HOLD"', "committee/dossier.json is what the run of"],
    ["committee/memo-signed.html", "rejects", "committee/memo-signed.html is the memo with these signatures"],
  ];
  test.each(changes)("names %s of a signed dossier where it was changed", async (path, part, says) => {
    const copy = join(folder.path, `changed ${path.replace("/", " ")}`);
    cpSync(out, copy, { recursive: true });
    editText(join(copy, path), (text) => text.replace(part, part.replace(/.$/, "X")));
    const { code, stdout } = await verify(copy);
    expect(code).toBe(1);
    expect(failures(stdout).join("\n")).toContain(says);
    const packed = join(folder.path, `changed ${path.replace("/", " ")}.zip`);
    writeFileSync(
      packed,
      remade(withEntry(entriesOf(readFileSync(file)), path, readFileSync(join(copy, path)))),
    );
    const again = await verify(packed);
    expect(again.code).toBe(1);
    expect(failures(again.stdout).join("\n")).toContain(says);
  });

  test("cannot read a part of a pack, a seal that was edited, an unsigned dossier, an empty folder", async () => {
    const cut = join(folder.path, "cut.zip");
    writeFileSync(cut, readFileSync(file).subarray(0, 5_000));
    expect(await verify(cut)).toMatchObject({ code: 2 });
    const edited = join(folder.path, "edited");
    cpSync(out, edited, { recursive: true });
    editText(join(edited, "seal.json"), (text) => `${text}\n`);
    expect((await verify(edited)).stderr).toContain("seal.json is not in the form of a seal");
    rmSync(join(edited, "seal.json"));
    expect((await verify(edited)).stderr).toContain("the dossier is not signed");
    mkdirSync(join(folder.path, "empty"));
    const empty = await verify(join(folder.path, "empty"));
    expect(empty).toMatchObject({ code: 2 });
    expect(empty.stderr).toContain("is no pack, no dossier and no ledger");
    const kept = await verify(file, "--checkpoint", join(folder.path, "nowhere"));
    expect(kept.stderr).toContain("no file that could be a checkpoint");
    expect((await verify(file, "--checkpoint", join(study, "protocol.yaml"))).stderr).toContain(
      "holds no checkpoint",
    );
    expect(existsSync(join(folder.path, "nowhere"))).toBe(false);
  });
});

describe("links and files in the wrong place are told, not followed:", () => {
  const changed = (name: string, change: (copy: string) => void) => {
    const copy = join(folder.path, name);
    cpSync(out, copy, { recursive: true });
    change(copy);
    return copy;
  };
  test("a link to nothing and one to itself in team/", async () => {
    for (const to of ["/nonexistent", "d"]) {
      const copy = changed(`team-link-${to.length}`, (at) => symlinkSync(to, join(at, "team", "d")));
      const { code, stdout } = await verify(copy);
      expect([code, failures(stdout)]).toEqual([0, []]);
    }
  });
  test("team as a file", async () => {
    const copy = changed("team-file", (at) => {
      rmSync(join(at, "team"), { recursive: true });
      writeFileSync(join(at, "team"), "");
    });
    const { code, stdout } = await verify(copy);
    expect(code).toBe(1);
    expect(failures(stdout).join("\n")).toContain("it is not there");
  });
  test("a link in the place of the memo", async () => {
    const copy = changed("memo-link", (at) => {
      rmSync(join(at, "committee", "memo.html"));
      symlinkSync("memo.html", join(at, "committee", "memo.html"));
    });
    const { code, stderr } = await probity(["verify", copy]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("memo.html")]);
  });
});

test("a second verifier, which shares no code with the first, agrees", async () => {
  const ours = JSON.parse((await verify(file, "--json")).stdout);
  const { signers, ...head } = verifyAsOutsider(readFileSync(file));
  expect(ours.ledger).toMatchObject(head);
  expect(signers).toEqual(["Ana Ruiz, Product: approve", "Ben Okoye, Physician: reject"]);
  expect(verifyAsOutsider(readFileSync(unsignedFile)).signers).toEqual([]);
  const files = entriesOf(readFileSync(file));
  for (const path of ["committee/memo.html", "ledger/records.jsonl", "ledger/checkpoint", "seal.json"]) {
    const changed = Buffer.from(files.get(path)!);
    changed[changed.length >> 1]! ^= 1;
    expect(() => verifyAsOutsider(remade(withEntry(files, path, changed))), path).toThrow();
  }
});

describe("what an attacker may have put there ends in an answer or a problem:", () => {
  const put: readonly [string, (path: string) => void][] = [
    ["a folder", (path) => mkdirSync(path)],
    ["a pipe", (path) => void execFileSync("mkfifo", [path])],
    ["a device without end", (path) => symlinkSync("/dev/zero", path)],
    ["links in a circle", (path) => symlinkSync(path, path)],
    ["3 GiB", (path) => sparse(path)],
  ];
  function sparse(path: string, bytes = 3 * 1024 ** 3): void {
    writeFileSync(path, "");
    truncateSync(path, bytes);
  }

  test.each(put)("%s among the files of a ledger", async (name, place) => {
    for (const file of ["verifier-key", "checkpoints/0000000000000999", "records-0000000000000000.jsonl"]) {
      const copy = join(folder.path, `ledger ${name} ${file.slice(0, 7)}`);
      cpSync(join(workspace, "ledger"), copy, { recursive: true });
      rmSync(join(copy, file), { recursive: true, force: true });
      place(join(copy, file));
      const { code, stderr } = await verify(copy);
      expect([1, 2], `${file}: ${stderr}`).toContain(code);
      expect(stderr).not.toContain("bug in probity");
    }
  });

  test("large files in the team's half", async () => {
    // More than Node reads as one text, and as one file.
    for (const [file, bytes] of [
      ["manifest.json", 600 * 1024 ** 2],
      ["rows/more.parquet", 2 * 1024 ** 3 + 1],
    ] as const) {
      const copy = join(folder.path, `large ${file.slice(0, 4)}`);
      cpSync(out, copy, { recursive: true });
      sparse(join(copy, "team", file), bytes);
      const { code, stderr } = await verify(copy);
      expect([0, 1]).toContain(code);
      expect(stderr).toBe("");
    }
  });

  test("a path where nothing can be, as pack or as what was kept", async () => {
    const loop = join(folder.path, "loop");
    symlinkSync("loop", loop);
    for (const path of [loop, "x".repeat(5_000), join(file, "below")]) {
      expect((await verify(path)).stderr).toContain("is no pack, no dossier and no ledger");
      expect((await verify(file, "--checkpoint", path)).stderr).toContain(
        "no file that could be a checkpoint",
      );
    }
  });
});
