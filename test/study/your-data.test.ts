import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { probity } from "./evaluate.ts";
import { temporaryFolder } from "./study-copy.ts";

const page = readFileSync(fileURLToPath(new URL("../../docs/your-data.md", import.meta.url)), "utf8");
const folder = temporaryFolder();
const home = process.cwd();
afterAll(() => {
  process.chdir(home);
  folder.remove();
});

/** The page's blocks of a kind, in order; commands stand in blocks of no kind. */
const blocks = (kind: string): string[] =>
  [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, found, text]) =>
    found === kind ? text! : [],
  );

/** The words of a command as a shell would pass them on; the page uses double quotes only. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

test("the study of docs/your-data.md goes from its three files to an opened dossier by the page's commands", async () => {
  const study = join(folder.path, "discharge");
  mkdirSync(study);
  const [patients, predictions] = blocks("csv");
  writeFileSync(join(study, "patients.csv"), patients!);
  writeFileSync(join(study, "predictions.csv"), predictions!);
  writeFileSync(join(study, "protocol.yaml"), blocks("yaml")[0]!);
  process.chdir(folder.path);
  const commands = blocks("")
    .flatMap((block) => block.trim().split("\n"))
    .map((line) => wordsOf(line.replace(/^npx probity /, "")));
  expect(commands.map(([verb]) => verb)).toEqual([
    "lint",
    "lock",
    "evaluate",
    "acknowledge",
    "evaluate",
    "serve",
  ]);
  const said: string[] = [];
  for (const command of commands.slice(0, -1)) {
    const { code, stdout, stderr } = await probity(["--debug", ...command]);
    expect(code, `${command.join(" ")}\n${stdout}${stderr}`).toBe(0);
    said.push(stdout);
  }
  expect(said[2]).toContain("SEALED");
  expect(said[4]).toMatch(/^(NO-GO|REDESIGN|HOLD|GO-SILENT|GO) {2}readmission-30d@1\.0\.0/);
  const dossier = JSON.parse(readFileSync("out/discharge/team/dossier.json", "utf8"));
  const estimate = (id: string) => dossier.estimates.find((one: { id: string }) => one.id === id);
  // By hand, from the table: twelve patients, five readmitted by day 30, one lost on day 17.
  expect(estimate("cohort.analysed")).toMatchObject({ value: 12 });
  expect(estimate("cohort.events@30d")).toMatchObject({ value: 5 });
  expect(estimate("cohort.unknown@30d")).toMatchObject({ numerator: 1, denominator: 12 });
  expect(JSON.stringify(dossier)).toContain("haemoglobin");
});
