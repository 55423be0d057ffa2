import type { ReplacedFile } from "../evidence/trail.ts";
import type { LogEntry } from "./log.ts";
import { filesOf, type InputFile } from "./recorded-files.ts";
import { runsToCompare, type StudyIdentity } from "./same-study.ts";
import type { StudyTrail } from "./study-trail.ts";

/**
 * Input files that were replaced after results had been opened on others, or could be.
 *
 * Results were opened by a run of the study in the ledger, under any of its names. Where no such run is at hand, an
 * acknowledgement among the study's receipts tells from when they could be. A record without files tells nothing.
 */
export function replacedFiles(
  { runs, trail }: { readonly runs: Runs; readonly trail: Pick<StudyTrail, "acknowledgements"> },
  identity: StudyIdentity & { readonly files: readonly InputFile[] },
): readonly ReplacedFile[] {
  const told = [
    ...runsToCompare(runs.log, identity).map((entry) => ({
      ...entry,
      origin: runs.origin,
      resultsOpened: true,
    })),
    ...trail.acknowledgements.map((entry) => ({ ...entry, resultsOpened: false })),
  ];
  return identity.files.flatMap((now) => {
    const all = told.flatMap(({ record, leaf, origin, resultsOpened }) => {
      const ofRole = filesOf(record).filter(({ role }) => role === now.role);
      // A model may have several files.
      const before = ofRole.find(({ name }) => name === now.name) ?? ofRole[0];
      if (before === undefined) return [];
      const { index, time, actor } = record;
      return [{ before, resultsOpened, entry: { ledger: origin, index, leaf, time, by: actor } }];
    });
    const isNow = ({ before }: { readonly before: InputFile }) => before.sha256 === now.sha256;
    const other = all.find((one) => !isNow(one));
    if (other === undefined) return [];
    const files = { before: nameAndHash(other.before), now: nameAndHash(now) };
    return [{ ...other, role: now.role, isFirstAgain: isNow(all[0]!), ...files }];
  });
}

interface Runs {
  readonly log: readonly LogEntry[];
  /** The ledger's name. */
  readonly origin: string;
}

function nameAndHash({ name, sha256 }: InputFile) {
  return { name, sha256 };
}
