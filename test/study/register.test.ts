import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { workspace as defaultWorkspace, probity } from "./evaluate.ts";
import { temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const workspace = join(folder.path, "workspace");
const register = (...argv: string[]) => probity(["register", ...argv, "--workspace", workspace]);
const json = async (...argv: string[]) => JSON.parse((await register(...argv, "--json")).stdout);
const by = ["--by", "Ana Ruiz"];
const mortem = (project: string, cause: string) => [
  ...["post-mortems", `project=${project}`, `cause=${cause}`, "owner=CMIO", "date=2026-10-01"],
  ...["reason=nurses typed the score twice", ...by],
];

test("looking makes nothing", async () => {
  // The default workspace, before anything was written there.
  const { stdout, code } = await probity(["register"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^0 +portfolio +Every model/);
  expect((await probity(["register", "post-mortems"])).stdout).toContain("no entries");
  expect(existsSync(join(defaultWorkspace, "ledger"))).toBe(false);
});

test("entries are written, corrected and taken out; the ledger keeps all of it", async () => {
  expect((await register(...mortem("sepsis alert", "data"))).code).toBe(0);
  await register(...mortem("fall risk", "friction"));
  await register(...mortem("fall risk", "friction"));
  const why = ["--why", "the cause was not the data"];
  await register(...mortem("sepsis alert", "friction"), "--replace", "0", ...why);
  await register("post-mortems", "--withdraw", "2", "--why", "it was written twice", ...by);
  const { entries, withdrawn, summary } = await json("post-mortems");
  expect(entries).toMatchObject([
    { id: 3, before: [0], why: "the cause was not the data", values: { project: "sepsis alert" } },
    { id: 1, before: [], values: { project: "fall risk", cause: "friction" } },
  ]);
  expect(withdrawn).toMatchObject([{ id: 2, by: "Ana Ruiz", why: "it was written twice" }]);
  expect(summary).toMatchObject([{ label: "cause: friction", numerator: 2, denominator: 2 }, {}, {}, {}]);
  const { stdout } = await register("post-mortems");
  expect(stdout).toContain("corrects entry 0: the cause was not the data");
  expect(stdout).toMatch(/cause: friction +100.0\u202f% \(34.2–100.0\) +2\/2/);
  const [, listed] = /^(\d) +post-mortems/m.exec((await register()).stdout) ?? [];
  expect(listed).toBe("2");
});

test.each([
  [["post-mortem"], "register-unknown", 'did you mean "post-mortems"?'],
  [["post-mortems", "cause=friction", ...by], "register-entry", "owner: missing"],
  [
    ["post-mortems", ...by, "--withdraw", "0", "--why", "it was written twice"],
    "register-no-entry",
    "no entry 0",
  ],
  [
    ["post-mortems", ...by, "--withdraw", "2", "--why", "it was written twice"],
    "register-no-entry",
    "no entry 2",
  ],
  [["claims", ...by, "--withdraw", "1", "--why", "it was written twice"], "register-no-entry", "no entry 1"],
  [["post-mortems", ...by, "--withdraw", "1"], "usage", "--why"],
  [mortem("x", "data").slice(0, -2), "usage", "--by"],
])("%j is refused", async (argv, code, says) => {
  const refused = await register(...argv);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(says);
  expect((await json(...argv)).problem.type).toBe(`/problems/${code}`);
  expect((await json("post-mortems")).entries).toHaveLength(2);
});

test("--fields with the values of an entry writes nothing, and says so", async () => {
  const { code, stderr } = await probity(["register", "post-mortems", "--fields", "owner=CMIO"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("an entry is not written")]);
});

test("--fields says what an entry holds", async () => {
  const { stdout } = await register("shadowing", "--fields");
  expect(stdout).toMatch(/^shift +needed +one of day, evening, night/m);
  expect(stdout).toMatch(/^link +may be left out/m);
});

describe("the ledger of a register that holds two claims", () => {
  const kept = join(folder.path, "kept");
  const claim = (text: string) => [
    ...["claims", `claim=${text}`, "source=vendor deck", "status=unverified", "owner=CMIO"],
    ...["date=2026-11-01", "reason=no study is cited", ...by, "--workspace", kept],
  ];
  const verified = (path: string) => probity(["verify", path]);
  /** A copy whose only file of records and whose checkpoints are changed. */
  const changed = (name: string, edit: (lines: string) => string, lost: readonly string[] = []) => {
    const copy = join(folder.path, name);
    cpSync(kept, copy, { recursive: true });
    const file = readdirSync(join(copy, "ledger")).find((one) => one.startsWith("records-"))!;
    const path = join(copy, "ledger", file);
    writeFileSync(path, edit(readFileSync(path, "utf8")));
    for (const one of lost) rmSync(join(copy, "ledger", "checkpoints", one.padStart(16, "0")));
    return copy;
  };
  beforeAll(async () => {
    for (const text of ["AUC 0.91", "AUC 0.88"])
      expect((await probity(["register", ...claim(text)])).code).toBe(0);
  });

  test("as it was written is intact", async () => {
    const { code, stdout } = await verified(kept);
    expect(stdout).toMatch(/^INTACT {6}ledger: all 2 checks hold$/m);
    expect(code).toBe(0);
  });

  test.each([
    ["last claim edited", (lines: string) => lines.replace("AUC 0.88", "AUC 0.99")],
    ["last claim taken out", (lines: string) => lines.replace(/[^\n]+\n$/, "")],
  ])("with the %s is not", async (name, edit) => {
    const { code, stdout } = await verified(changed(name, edit));
    expect(stdout).toMatch(/^NOT INTACT {2}ledger/m);
    expect(code).toBe(1);
  });

  test("says how far checkpoints cover it", async () => {
    const { code, stdout } = await verified(changed("behind", (lines) => lines, ["2"]));
    expect(stdout).toMatch(
      /^INTACT up to record 0; 1 later record is not covered by a checkpoint; {2}ledger/m,
    );
    expect(code).toBe(0);
  });

  test("is not intact where no checkpoint covers any record", async () => {
    const { code, stdout } = await verified(changed("bare", (lines) => lines, ["1", "2"]));
    expect(stdout).toContain("none covers any of the 2 records");
    expect(stdout).not.toMatch(/^INTACT/m);
    expect(code).toBe(1);
  });
});
