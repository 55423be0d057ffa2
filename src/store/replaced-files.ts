import type { FileRole, ReplacedFile } from "../evidence/trail.ts";
import type { LogEntry } from "./log.ts";
import { opened } from "./record-kinds.ts";
import type { StudyTrail } from "./study-trail.ts";

/** A file that a study was evaluated on. */
export interface InputFile {
  readonly role: FileRole;
  readonly name: string;
  readonly sha256: string;
}

const roles: readonly FileRole[] = ["patients", "predictions", "development", "model", "review"];

/** How a record holds input files: "predictions 90ab… predictions.csv". */
export function inputTexts(files: readonly InputFile[]): readonly string[] {
  return files.map(({ role, name, sha256 }) => `${role} ${sha256} ${name}`);
}

/**
 * Input files that were replaced after results had been opened on others, or could be.
 *
 * Results were opened by a run in the ledger under the study's name. Where no such run is at hand, an acknowledgement
 * among the study's receipts tells from when they could be. A record without files tells nothing.
 */
export function replacedFiles(
  { runs, trail }: { readonly runs: Runs; readonly trail: Pick<StudyTrail, "acknowledgements"> },
  { study, files }: { readonly study: string; readonly files: readonly InputFile[] },
): readonly ReplacedFile[] {
  const ofStudy = runs.log.filter(
    ({ record: { type, body } }) => type === "run" && body.study === study && body.opened === opened.results,
  );
  const told = [
    ...ofStudy.map((entry) => ({ ...entry, origin: runs.origin, resultsOpened: true })),
    ...trail.acknowledgements.map((entry) => ({ ...entry, resultsOpened: false })),
  ];
  return files.flatMap((now) => {
    const others = told.flatMap(({ record, leaf, origin, resultsOpened }): ReplacedFile[] => {
      const ofRole = filesOf(record).filter(({ role }) => role === now.role);
      // A model may have several files.
      const before = ofRole.find(({ name }) => name === now.name) ?? ofRole[0];
      if (before === undefined || before.sha256 === now.sha256) return [];
      const { index, time, actor } = record;
      const entry = { ledger: origin, index, leaf, time, by: actor };
      return [{ role: now.role, entry, resultsOpened, before: nameAndHash(before), now: nameAndHash(now) }];
    });
    return others.slice(0, 1);
  });
}

interface Runs {
  readonly log: readonly Pick<LogEntry, "record" | "leaf">[];
  /** The ledger's name. */
  readonly origin: string;
}

function filesOf({ body: { files } }: LogEntry["record"]): InputFile[] {
  if (!Array.isArray(files)) return [];
  return files.flatMap((text) => {
    const [, role, sha256, name] = /^(\S+) ([0-9a-f]{64}) (.+)$/s.exec(String(text)) ?? [];
    const known = roles.find((one) => one === role);
    return known && sha256 && name ? [{ role: known, name, sha256 }] : [];
  });
}

function nameAndHash({ name, sha256 }: InputFile) {
  return { name, sha256 };
}
