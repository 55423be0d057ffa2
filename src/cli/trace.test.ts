import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { dossier as fixture } from "../../test/report-fixture/dossier.ts";
import { main } from "./main.ts";

const folder = mkdtempSync(join(tmpdir(), "probity-trace-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "team"));
writeFileSync(join(folder, "team", "dossier.json"), JSON.stringify(fixture));
writeFileSync(
  join(folder, "team", "manifest.json"),
  JSON.stringify({ protocol: { sha256: "" }, inputs: [], rows: [], pages: [] }),
);
const [known] = fixture.estimates;

async function run(...argv: string[]) {
  let stdout = "";
  let stderr = "";
  const code = await main(argv, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminalColumns: undefined,
    clock: () => new Date(),
    workspace: "nowhere",
    loadEvaluate: () => Promise.reject(new Error("not needed")),
    askHidden: async () => undefined,
    untilInterrupted: () => Promise.resolve(),
  });
  return { code, stdout, stderr };
}

test("an unknown number is a problem that names the nearest", async () => {
  const { code, stderr } = await run("trace", `${known!.id}x`, "--dossier", folder);
  expect(code).toBe(2);
  expect(stderr).toContain(`did you mean "${known!.id}"?`);
});

test("a number without its horizon is suggested at the primary one", async () => {
  const { stderr } = await run("trace", "performance.net-benefit", "--dossier", folder);
  expect(stderr).toContain('did you mean "performance.net-benefit@60mo"?');
});

test("a folder without dossier is a problem", async () => {
  const { code, stderr } = await run("trace", "performance.auc@60mo", "--dossier", join(folder, "team"));
  expect(code).toBe(2);
  expect(stderr).toContain("--dossier <folder>");
});

test.each([
  ["dossier.json", "{}"],
  ["dossier.json", '{"format":"probity-dossier/3","estimates":[null]}'],
  ["manifest.json", "null"],
  ["manifest.json", '{"protocol":null,"inputs":[],"rows":[],"pages":[]}'],
  ["manifest.json", '{"protocol":{"sha256":""},"inputs":[{}],"rows":[],"pages":[]}'],
])("%s that holds %s is a problem", async (name, text) => {
  const file = join(folder, "team", name);
  const before = readFileSync(file);
  writeFileSync(file, text);
  const { code, stderr } = await run("trace", known!.id, "--dossier", folder);
  writeFileSync(file, before);
  expect(code).toBe(2);
  expect(stderr).toContain(`${name}: the file is not as probity evaluate writes it`);
});

test("a dossier whose study is nowhere near is a problem", async () => {
  const { code, stderr } = await run("trace", known!.id, "--dossier", folder);
  expect(code).toBe(2);
  expect(stderr).toContain("--study <folder>");
});

test("all rows and one row at once is a problem", async () => {
  const { code, stderr } = await run("trace", known!.id, "--dossier", folder, "--row", "2", "--all-rows");
  expect(code).toBe(2);
  expect(stderr).toContain("leave out --row or --all-rows");
});
