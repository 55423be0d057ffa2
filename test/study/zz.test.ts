import { test } from "vitest";
import { mkdtempSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { evaluateStudy } from "../../src/cli/evaluate-study.ts";
import * as layout from "../../src/report/memo-layout.ts";
import { budget } from "../../src/report/memo-page.ts";
import { numbersOf } from "../../src/report/numbers.ts";
const words = "surgical oncology patients of the regional breast cancer centre discussed at the tumour board before systemic treatment and followed for recurrence or death from any cause during five years after surgery in all".split(" ");
export function fill(n: number): string { let s = ""; for (let i = 0; s.length < n; i++) s += (s ? " " : "") + words[i % words.length]; return s.slice(0, n).replace(/ $/, "s"); }
test("max", async () => {
  const at = mkdtempSync("/tmp/rep/max-"); cpSync("studies/breast-recurrence", at, { recursive: true });
  const p = parse(readFileSync(join(at, "protocol.yaml"), "utf8"));
  p.title = fill(90); p.site = fill(60); p.author = fill(40);
  Object.assign(p.question, { who_acts: fill(60), on_what: fill(70), decision_changed: fill(80), for_whom: fill(60), success: fill(90) });
  p.question.success_owner.role = fill(40);
  delete p.model.executable; p.model.name = "recurrence risk model for adjuvant care1"; p.model.version = "2026.11.30-rc.1+abcd"; p.model.owner = fill(40);
  p.data.cut = fill(60); p.data.source.treatment = fill(60);
  p.data.variables.grade = { levels: { 1: fill(40), 2: fill(40).replace(/s$/, "t"), 3: fill(39) }, label: fill(30) };
  p.endpoint.meaning = fill(60); p.endpoint.name = fill(40);
  p.burden.volume.source = fill(60);
  for (const h of p.harms) Object.assign(h, { scenario: fill(80), detection: fill(80), mitigation: fill(80), owner: fill(40) });
  p.approvals.irb.because = fill(80); p.approvals.dua.because = fill(80);
  p.fallback = { document: fill(80), last_drill: "2026-10-01", concordance: 0.9 };
  p.monitoring.owner = fill(60); p.monitoring.signals = Array.from({ length: 6 }, () => fill(40));
  p.memo.kill_if = fill(80); p.memo.dissent = { text: fill(160), by: fill(40) };
  writeFileSync(join(at, "protocol.yaml"), stringify(p));
  try { const { dossier } = await evaluateStudy({ study: at, out: join(at, "out"), bootstrapDraws: 20, progress: () => {} } as never); console.log("fits", dossier.memo.header); }
  catch (e) { const x = e as any; console.log(x.message, x.detail, x.stack?.slice(0,300)); }
}, 60000);
