import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluated, probity, workspace } from "./evaluate.ts";
import { person } from "./people.ts";
import { copyStudy, editText, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const older = join(folder.path, "older");
const keep = () => cpSync(workspace, older, { recursive: true });
const putBack = () => {
  rmSync(workspace, { recursive: true });
  cpSync(older, workspace, { recursive: true });
  rmSync(older, { recursive: true });
};

test("a ledger that was put back behind its receipts or a seal is refused, and nothing is replaced", async () => {
  const study = copyStudy(join(folder.path, "behind"), { withoutDevelopment: true });
  rmSync(join(study, "receipts"), { recursive: true });
  const out = join(folder.path, "out");
  const by = ["--by", "Dee Wright", "--reason", "a word was missing"];
  await probity(["lock", study, "--by", "Dee Wright"]);
  await evaluated(study, out, { draws: 0 });

  const [ana, ben] = [await person(folder.path, "Ana Ruiz"), await person(folder.path, "Ben Okoye")];
  keep();
  expect((await ben.sign(out, "physician", "reject")).code).toBe(0);
  const seal = readFileSync(join(out, "seal.json"));
  putBack();
  const signed = await ana.sign(out, "product", "approve");
  expect(signed.code).toBe(2);
  expect(signed.stderr).toMatch(
    /the ledger, of \d+ records, does not hold record \d+, which this seal holds/,
  );
  expect(readFileSync(join(out, "seal.json")).equals(seal)).toBe(true);
  rmSync(join(out, "seal.json"));
  rmSync(join(out, "committee", "memo-signed.html"));

  keep();
  editText(join(study, "protocol.yaml"), (text) => `${text}# a word\n`);
  expect((await probity(["amend", study, ...by])).code).toBe(0);
  putBack();
  for (const asked of [
    ["evaluate", study, "--out", out, "--bootstrap-draws", "0"],
    ["pack", out, "--study", study, "--out", join(folder.path, "pack.zip")],
    ["acknowledge", study, "--dossier", out, ...by],
  ]) {
    const { code, stderr } = await probity(asked);
    expect([asked[0], code]).toEqual([asked[0], 2]);
    expect(stderr).toContain(asked[0] === "acknowledge" ? "Test Person acknowledged" : "0003-amendment.json");
  }
  editText(join(study, "protocol.yaml"), (text) => `${text}# another\n`);
  const { stderr } = await probity(["amend", study, ...by]);
  expect(stderr).toMatch(
    /does not hold the amendment by Dee Wright, record \d+, of which it gave this receipt/,
  );
});
