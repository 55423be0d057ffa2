import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluated, probity } from "./evaluate.ts";
import { person } from "./people.ts";
import { copyStudy, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

test("a rejection stays with the study: the next dossier says so, and so does the verifier of its pack", async () => {
  const study = copyStudy(join(folder.path, "rejected"), { withoutDevelopment: true });
  rmSync(join(study, "receipts"), { recursive: true });
  const [first, second] = [join(folder.path, "first"), join(folder.path, "second")];
  const before = await evaluated(study, first, { draws: 0 });
  expect(before.team.trail.rejections).toEqual([]);
  const [ana, ben] = [await person(folder.path, "Ana Ruiz"), await person(folder.path, "Ben Okoye")];
  expect((await ben.sign(first, "physician", "reject")).code).toBe(0);

  const after = await evaluated(study, second, { draws: 0, more: ["--seed", "9"] });
  const found = after.team.findings.find(({ id }) => id === "protocol.rejected/1")!;
  expect(found.severity).toBe("concern");
  expect(after.text(found.sentence)).toMatch(
    /^An earlier dossier of this study \(HOLD\) was rejected \d{4}-\d\d-\d\d by Ben Okoye as Physician\.$/,
  );
  expect(after.report).toContain("was rejected");

  expect((await ana.sign(second, "product", "approve")).code).toBe(0);
  const file = join(folder.path, "pack.zip");
  expect((await probity(["pack", second, "--study", study, "--out", file])).code).toBe(0);
  const { code, stdout } = await probity(["verify", file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^beside {6}Ben Okoye as Physician: reject, of another dossier of this study \(HOLD\), /m,
  );
  expect(stdout).toMatch(
    /^beside {6}1 other dossier of this study was written with results opened; verdicts of all: HOLD$/m,
  );
});
