import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluated, probity } from "./evaluate.ts";
import { person } from "./people.ts";
import { copyStudy, editText, replaced, temporaryFolder } from "./study-copy.ts";

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
  const [entry] = after.team.trail.rejections;
  expect(after.memo).toContain(
    `Earlier dossier rejected as Physician (HOLD, ${entry!.entry.time.slice(0, 10)}).`,
  );

  expect((await ana.sign(second, "product", "approve")).code).toBe(0);
  const file = join(folder.path, "pack.zip");
  expect((await probity(["pack", second, "--study", study, "--out", file])).code).toBe(0);
  const { code, stdout } = await probity(["verify", file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^beside {6}Ben Okoye as Physician: reject, of another dossier of this study \(HOLD\), /m,
  );
  expect(stdout).toMatch(
    /^signing {5}Ben Okoye as Physician rejected an earlier dossier of this study \(HOLD\), \d{4}-\d\d-\d\d$/m,
  );
  expect(stdout).toMatch(
    /^beside {6}1 other dossier of this study was written with results opened; verdicts of all: HOLD$/m,
  );
});

test("a dossier that was written before another one was rejected is not approved any more", async () => {
  const study = copyStudy(join(folder.path, "overtaken"), { withoutDevelopment: true, unlocked: true });
  const ledger = ["--workspace", join(folder.path, "overtaken-ledger")];
  const [first, second] = [join(folder.path, "one"), join(folder.path, "other")];
  await evaluated(study, first, { draws: 0, ledger });
  await evaluated(study, second, { draws: 0, ledger, more: ["--seed", "9"] });
  const [eva, fay] = [await person(folder.path, "Eva Holm"), await person(folder.path, "Fay Quist")];
  expect((await eva.sign(first, "physician", "reject", ledger)).code).toBe(0);
  const refused = await fay.sign(second, "product", "approve", ledger);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/Eva Holm as Physician rejected another dossier of this study \(HOLD\), 20/);
  const file = join(folder.path, "overtaken.zip");
  const pack = ["pack", second, "--study", study, "--out", file, ...ledger];
  expect((await probity(pack)).stdout).toMatch(
    /^signing {2}since this dossier, Eva Holm as Physician rejected/m,
  );
});

test("a verdict before an amendment stays with the study; the same evaluation again adds nothing", async () => {
  const study = copyStudy(join(folder.path, "amended"), { withoutDevelopment: true, unlocked: true });
  const delay = (from: number, to: number) =>
    editText(join(study, "protocol.yaml"), (text) =>
      replaced(text, `worst_delay_days: ${from}`, `worst_delay_days: ${to}`),
    );
  const ledger = ["--workspace", join(folder.path, "amended-ledger")];
  const by = ["--by", "Ana Ruiz", ...ledger];
  delay(180, 30);
  expect((await probity(["lock", study, ...by])).code).toBe(0);
  const first = await evaluated(study, join(folder.path, "no-go"), { draws: 0, ledger });
  expect([first.team.verdict.word, first.team.trail.earlier]).toEqual(["NO-GO", []]);
  expect(first.memo).toContain("No dissent recorded with this dossier.");
  const { harm } = first.committee.memo;
  expect(harm.map(({ text }) => first.text(text))).toContain("90 days; limit 30");

  delay(30, 180);
  expect((await probity(["amend", study, ...by, "--reason", "90 days are usual care"])).code).toBe(0);
  const second = await evaluated(study, join(folder.path, "hold"), { draws: 0, ledger });
  const [earlier, ...others] = second.committee.trail.earlier;
  expect([second.team.verdict.word, earlier!.verdict, others]).toEqual(["HOLD", "NO-GO", []]);
  const day = earlier!.entry.time.slice(0, 10);
  expect(second.memo).toContain(`Earlier verdict: NO-GO (${day}).`);
  expect(second.report).toContain("under another protocol: NO-GO.");
  expect(second.report).toContain(
    `Earlier evaluations of this study came to another verdict: NO-GO (${day}).`,
  );

  const again = await evaluated(study, join(folder.path, "hold-again"), { draws: 0, ledger });
  expect([again.memo, again.report]).toEqual([second.memo, second.report]);
});

test("a copy under another name, with another limit and no receipts, keeps verdicts, rejections and what was known", async () => {
  const study = copyStudy(join(folder.path, "strict"), { withoutDevelopment: true, unlocked: true });
  const ledger = ["--workspace", join(folder.path, "copied-ledger")];
  const by = ["--by", "Ana Ruiz", ...ledger];
  const limit = (of: string, from: number, to: number) =>
    editText(join(of, "protocol.yaml"), (text) =>
      replaced(text, `worst_delay_days: ${from}`, `worst_delay_days: ${to}`),
    );
  limit(study, 180, 30);
  await probity(["lock", study, ...by]);
  const out = join(folder.path, "strict-out");
  expect((await evaluated(study, out, { draws: 0, ledger })).team.verdict.word).toBe("NO-GO");
  const dee = await person(folder.path, "Dee Wright");
  expect((await dee.sign(out, "physician", "reject", ledger)).code).toBe(0);

  const copy = join(folder.path, "lenient");
  cpSync(study, copy, { recursive: true });
  rmSync(join(copy, "receipts"), { recursive: true });
  limit(copy, 30, 180);
  // Locked while the patients' file is elsewhere, so that the lock itself cannot know.
  renameSync(join(copy, "gbsg.csv"), join(folder.path, "gbsg.csv"));
  expect((await probity(["lock", copy, ...by])).stdout).toContain("results not opened before");
  renameSync(join(folder.path, "gbsg.csv"), join(copy, "gbsg.csv"));
  const { team, memo } = await evaluated(copy, join(folder.path, "lenient-out"), { draws: 0, ledger });
  expect(team.trail.earlier.map(({ verdict }) => verdict)).toEqual(["NO-GO"]);
  expect(team.trail.rejections).toMatchObject([{ role: "Physician", verdict: "NO-GO" }]);
  expect(team.trail.lock!.outcomes).toMatch(/^results opened before, on \d{4}-\d\d-\d\d, as strict$/);
  const ids = team.findings.map(({ id }) => id);
  for (const id of ["locked-late", "rejected/1", "earlier-verdicts"]) expect(ids).toContain(`protocol.${id}`);
  expect(team.memo.limitHeading).toBe("Limit");
  expect(memo).toMatch(/Earlier verdict: NO-GO \(\S+\)\. Earlier dossier rejected as Physician \(NO-GO, /);

  const late = join(folder.path, "late");
  cpSync(copy, late, { recursive: true });
  rmSync(join(late, "receipts"), { recursive: true });
  editText(join(late, "protocol.yaml"), (text) => `${text}# late\n`);
  expect((await probity(["lock", late, ...by])).stdout).toMatch(/results opened before, on \S+, as strict$/m);
});
