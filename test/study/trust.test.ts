import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseProtocol } from "../../src/protocol/index.ts";
import { evaluated, probity } from "./evaluate.ts";
import { assertSound } from "./invariants.ts";
import { looseNumbers } from "./loose-numbers.ts";
import { copyStudy, editText, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const by = ["--by", "Ana Ruiz"];
const because = ["--reason", "asked for by the ethics board"];
/** A study of its own name and protocol: acts on the others in this ledger are not its own. */
const unlocked = (name: string): string => {
  const study = copyStudy(join(folder.path, name), { withoutDevelopment: true });
  rmSync(join(study, "receipts"), { recursive: true });
  editText(join(study, "protocol.yaml"), (text) => `${text}# ${name}\n`);
  return study;
};
const wordsOf = (page: string) => page.replaceAll(/<[^>]*>/g, "");
const draws = ["--bootstrap-draws", "0"];

test("findings of the data report are told before results are opened, the first serious one in words", async () => {
  const study = unlocked("found");
  const out = join(folder.path, "found-out");
  editText(join(study, "predictions.csv"), (text) => replaced(text, /^(132,[^,]*,[^,]*),.*$/m, "$1,0.5"));
  const { stdout } = await probity(["evaluate", study, "--out", out, ...draws]);
  expect(stdout).toMatch(/^findings +1 serious, \d+ (concerns?|info)/m);
  expect(stdout).toMatch(
    /^serious +Recomputed from the raw rows, the scores of only 99\.9\u202f% \(685\/686\)/m,
  );
  const acknowledged = await probity(["acknowledge", study, "--dossier", out, ...by, ...because]);
  expect(acknowledged.stdout).toMatch(/^findings +1 serious, /m);
  expect(acknowledged.stdout).toMatch(/^serious +quality\.replay: /m);
});

test("I135: results stay sealed until the data report is acknowledged, and again when the data change", async () => {
  const study = unlocked("sealed");
  const out = join(folder.path, "sealed-out");
  const evaluate = () => probity(["evaluate", study, "--out", out, ...draws]);
  const first = await evaluate();
  expect(first.code).toBe(0);
  expect(first.stdout).toContain("SEALED");
  expect(readdirSync(out)).toEqual(["team"]);
  expect(readdirSync(join(out, "team"))).toEqual(["data-report.html", "quality.json"]);
  expect(readFileSync(join(out, "team", "data-report.html"), "utf8")).not.toContain("performance.");

  for (const asked of [
    ["serve", out],
    ["trace", "cohort.analysed", "--dossier", out],
  ]) {
    const { code, stderr } = await probity(asked);
    expect(code).toBe(2);
    expect(stderr).toContain("results are sealed: nobody has acknowledged the data report");
  }

  const acknowledge = () => probity(["acknowledge", study, "--dossier", out, ...by, ...because]);
  expect((await acknowledge()).code).toBe(0);
  expect((await evaluate()).stdout).toMatch(/^[A-Z-]+ {2}node-positive/);
  expect(readFileSync(join(out, "committee", "report.html"), "utf8")).toContain("by Ana Ruiz");
  expect((await acknowledge()).stderr).toContain("Ana Ruiz acknowledged this data report");

  editText(join(study, "gbsg.csv"), (text) => replaced(text, /^132,49,/m, "132,50,"));
  const changed = await evaluate();
  expect(changed.stdout).toContain("SEALED");
  expect(changed.stdout).toContain("the data report is not the one that was acknowledged");

  const more = ["--by", "Ben Okoye", "--reason", "one age was corrected by the registry"];
  expect((await probity(["acknowledge", study, "--dossier", out, ...more])).code).toBe(0);
  const { team, report } = await evaluated(study, out, { draws: 0 });
  const { acknowledgement, voided } = team.trail;
  expect(acknowledgement.entry.by).toBe("Ben Okoye");
  expect(voided).toMatchObject([{ entry: { by: "Ana Ruiz" }, reason: "asked for by the ethics board" }]);
  expect(voided[0]!.qualitySha256).not.toBe(acknowledgement.qualitySha256);
  const words = report.replace(/\s+/g, " ");
  expect(words).toMatch(
    /Another data report acknowledged \S+ \S+ UTC by Ana Ruiz: asked for by the ethics board <span class="sub">Void/,
  );
  expect(words).toContain(
    `sha256 ${voided[0]!.qualitySha256}, void since it became ${acknowledgement.qualitySha256}`,
  );
});

test("another day leaves the acknowledgement standing, and the age of the data counts to that day", async () => {
  const study = unlocked("dated");
  const out = join(folder.path, "dated-out");
  const era = async (more: readonly string[]) => {
    const { team, text } = await evaluated(study, out, { draws: 0, more });
    return [
      team.asOf,
      team.findings.filter(({ id }) => id === "quality.era").map(({ sentence }) => text(sentence)),
    ];
  };
  // By hand: recruited until the end of 1989.
  expect(await era([])).toEqual([
    "2026-11-30",
    [
      "These patients were recruited 1984–1989; from the end of recruitment, 1989-12-31, to the decision, " +
        "2026-11-30, are 36 full years.",
    ],
  ]);
  const { stdout } = await probity(["evaluate", study, "--out", out, ...draws, "--as-of", "1995-06-01"]);
  expect(stdout).not.toContain("SEALED");
  expect(await era(["--as-of", "1995-06-01"])).toEqual(["1995-06-01", []]);
});

test("a data report that this workspace has not written cannot be acknowledged", async () => {
  const study = unlocked("unread");
  const out = join(folder.path, "unread-out");
  await probity(["evaluate", study, "--out", out, ...draws]);
  writeFileSync(join(out, "team", "quality.json"), "{}\n");
  const { code, stderr } = await probity(["acknowledge", study, "--dossier", out, ...by, ...because]);
  expect(code).toBe(2);
  expect(stderr).toContain("this workspace has not written that data report");
});

test("a gate is not met while results are sealed", async () => {
  const study = unlocked("gated");
  const out = join(folder.path, "gated-out");
  const { code, stderr } = await probity(["evaluate", study, "--out", out, ...draws, "--gate", "NO-GO"]);
  expect(code).toBe(1);
  expect(stderr).toContain("gate: SEALED is below NO-GO");
});

test("a changed threshold is refused, and shows as amendment with before and after", async () => {
  const study = unlocked("amended");
  const out = join(folder.path, "amended-out");
  // The others in the ledger of this file are of the same patients.
  const own = ["--workspace", join(folder.path, "amended-ledger")];
  const lock = await probity(["lock", study, ...by, ...own]);
  expect(lock.stdout).toContain("results not opened before");
  const before = await evaluated(study, out, { draws: 0, ledger: own });
  expect(before.memo).toContain(`locked <span class="day">20`);
  expect(before.team.findings.filter(({ stage }) => stage === "protocol")).toEqual([]);

  editText(join(study, "protocol.yaml"), (text) =>
    replaced(text, "at_least: 0.60, worst_of", "at_least: 0.50, worst_of"),
  );
  const refused = await probity(["evaluate", study, "--out", out, ...draws, ...own]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("acceptance[4].at_least: 0.6 → 0.5");

  expect((await probity(["amend", study, ...by, ...because, ...own])).code).toBe(0);
  const after = await evaluated(study, out, { draws: 0, ledger: own });
  const { memo, report, team, committee } = after;
  expect(team.trail.amendments).toMatchObject([
    { changes: [{ path: "acceptance[4].at_least", before: "0.6", after: "0.5" }] },
  ]);
  expect(team.trail.amendments[0]!.outcomes).toMatch(/^results opened before, on 20/);
  const told = "outcomes known: lower limit of sensitivity in the worst stratum from 0.6 to 0.5";
  expect(wordsOf(memo)).toContain(told);
  expect(wordsOf(report)).toContain("acceptance[4].at_least0.60.5");
  // Both values open to the amendment, and nothing in either page is left that opens to nothing.
  const protocol = parseProtocol(readFileSync(join(study, "protocol.yaml"), "utf8"), "protocol.yaml");
  for (const page of [memo, report]) {
    expect(page.match(/href="[^"]*amendments[^"]*">0\.[56]</g)).toHaveLength(2);
    expect(looseNumbers(page, { team, committee, protocol })).toEqual([]);
  }
  const at = ["--dossier", out, "--study", study, ...own];
  const traced = await probity(["trace", "protocol.amendments[0]", ...at]);
  expect(traced.stderr).toBe("");
  expect(traced.code).toBe(0);
  expect(traced.stdout).toMatch(/^value +0\.6$/m);
  expect(traced.stdout).toMatch(
    /^amended +acceptance\[4\]\.at_least: 0\.6 → 0\.5, .* by Ana Ruiz; .*; reason: asked for/m,
  );
  const edited = readFileSync(join(out, "team", "dossier.json"), "utf8");
  writeFileSync(
    join(out, "team", "dossier.json"),
    replaced(edited, '{"field":"amendments[0]","text":"0.6"}', '{"field":"amendments[0]","text":"0.4"}'),
  );
  const forged = await probity(["trace", "protocol.amendments[0]", ...at]);
  expect(forged.code).toBe(1);
  expect(forged.stdout).toContain("DIFFERS");
  writeFileSync(join(out, "team", "dossier.json"), edited);
  expect(report).toContain("asked for by the ethics board");
  expect([before.team.memo.limitHeading, team.memo.limitHeading]).toEqual(["Set in advance", "Limit"]);

  editText(join(study, "protocol.yaml"), (text) => `${text}# a word more\n`);
  expect((await probity(["amend", study, ...by, ...because, ...own])).code).toBe(0);
  const again = await evaluated(study, out, { draws: 0, ledger: own });
  expect(wordsOf(again.memo)).toContain(told);
  expect(again.team.memo.header.protocol).toMatch(/amended 2×, outcomes known$/);
  assertSound(again);
});

test("a protocol is locked once, and only a locked one is amended", async () => {
  const study = unlocked("twice");
  expect((await probity(["amend", study, ...by, ...because])).stderr).toContain("nothing to amend");
  editText(join(study, "protocol.yaml"), (text) =>
    replaced(text, /^decision_date: .*$/m, "decision_date: 2020-02-29"),
  );
  const { code, stdout, stderr } = await probity(["lock", study, ...by]);
  expect(code).toBe(0);
  expect(stdout).toContain(`receipt  ${join(study, "receipts", "0001-lock.json")}\n`);
  expect(stderr).toContain("warning: decision_date 2020-02-29 lies before the day of the lock, 20");
  expect((await probity(["lock", study, ...by])).stderr).toContain("was locked on");
  const locked = readFileSync(join(study, "protocol.yaml"), "utf8");
  writeFileSync(join(study, "protocol.yaml"), locked.replaceAll("\n", "\r\n"));
  const evaluate = () => probity(["evaluate", study, "--out", join(folder.path, "twice-out"), ...draws]);
  expect((await evaluate()).stderr).toContain("locked but for its line ends, CRLF now, LF then");
  writeFileSync(join(study, "protocol.yaml"), `${locked}# a word more\n`);
  expect((await evaluate()).stderr).toContain("differs from the one that was locked in wording, no field");
  writeFileSync(join(study, "protocol.yaml"), locked);
  expect((await probity(["amend", study, ...by, ...because])).stderr).toContain("is the one that was locked");
});

test("a protocol with a byte-order mark is locked, evaluated, amended and its receipts are written again", async () => {
  const study = unlocked("marked");
  const file = join(study, "protocol.yaml");
  editText(file, (text) => `\ufeff${text}`);
  const own = ["--workspace", join(folder.path, "marked-workspace")];
  const run = (verb: string, ...more: string[]) => probity([verb, study, ...more, ...own]);
  expect(await run("lock", ...by)).toMatchObject({ code: 0 });
  const out = ["--out", join(folder.path, "marked-out"), ...draws];
  expect(await run("evaluate", ...out)).toMatchObject({ code: 0 });
  rmSync(join(study, "receipts"), { recursive: true });
  expect(await run("receipts")).toMatchObject({ code: 0 });
  expect(readdirSync(join(study, "receipts"))).toEqual(["0001-lock.json"]);
  editText(file, (text) => text.replace("\ufeff", ""));
  const amended = await run("amend", ...by, ...because);
  expect(amended.stderr).toBe("");
  expect(amended.code).toBe(0);
  expect(await run("evaluate", ...out)).toMatchObject({ code: 0 });
});

test("a lock made when outcomes were public says so", async () => {
  const { team, report } = await evaluated(
    copyStudy(join(folder.path, "public")),
    join(folder.path, "public-out"),
    { draws: 0 },
  );
  expect(team.trail.lock?.outcomes).toContain("outcomes public before");
  expect(team.findings.map(({ id }) => id)).toContain("protocol.locked-late");
  expect(report).toContain("outcomes public before");
});

describe("receipts that were touched are refused", () => {
  const spoiled: readonly [name: string, spoil: (receipts: string) => void, says: string][] = [
    ["another actor", (at) => editAll(at, "Ana Ruiz", "Ann Ruiz"), "does not lead to its checkpoint"],
    ["another protocol", (at) => editAll(at, "protocol: 1", "protocol:  1"), "holds another protocol"],
    ["a checkpoint of another size", (at) => editAll(at, "\\n1\\n", "\\n2\\n"), "checkpoint that"],
    ["no JSON", (at) => writeFileSync(join(at, "0001-lock.json"), "{"), "not in the form of a receipt"],
    [
      "a second lock",
      (at) => writeFileSync(join(at, "0002-lock.json"), readFileSync(join(at, "0001-lock.json"))),
      "locked once",
    ],
  ];
  test.each(spoiled)("%s", async (name, spoil, says) => {
    const study = unlocked(`spoiled ${name}`);
    const fresh = join(folder.path, `workspace ${name}`);
    await probity(["lock", study, ...by, "--workspace", fresh]);
    spoil(join(study, "receipts"));
    const { code, stderr } = await probity(["evaluate", study, "--out", join(folder.path, "none"), ...draws]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  function editAll(receipts: string, part: string, by: string): void {
    editText(join(receipts, "0001-lock.json"), (text) => text.replaceAll(part, by));
  }
});

test("what a template leaves to supply is not locked", async () => {
  const study = unlocked("unfinished");
  editText(join(study, "protocol.yaml"), (text) =>
    replaced(text, "owner: data-science\n", "owner: data-science # to supply\n"),
  );
  const { code, stderr } = await probity(["lock", study, ...by]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/protocol\.yaml:19: 1 line still to supply/);
  expect(stderr).toContain('take away the comment "# to supply"');
});
