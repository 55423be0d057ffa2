import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { probity } from "./evaluate.ts";
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
  const { stdout, code } = await register();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^0 +portfolio +Every model/);
  expect((await register("post-mortems")).stdout).toContain("no entries");
  expect(existsSync(workspace)).toBe(false);
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

test("--fields says what an entry holds", async () => {
  const { stdout } = await register("shadowing", "--fields");
  expect(stdout).toMatch(/^shift +needed +one of day, evening, night/m);
  expect(stdout).toMatch(/^link +may be left out/m);
});
