import { Problem } from "../evidence/problem.ts";
import type { NewRecord } from "../ledger/index.ts";
import { type Receipt, receiptsOf } from "./receipt.ts";
import type { StudyTrail } from "./study-trail.ts";
import type { OpenWorkspace } from "./workspace.ts";

/**
 * Writes an act on a study down, after those of its receipts, and gives its receipt.
 *
 * Throws the Problem clock-behind-receipt, before anything is written, where the act would be dated before the last of
 * another ledger: a study with such receipts is refused by every command from then on.
 */
export async function recordWithReceipt(
  open: OpenWorkspace,
  record: NewRecord,
  { entries }: Pick<StudyTrail, "entries">,
): Promise<Receipt> {
  const { ledger, clock } = open;
  const last = entries.at(-1);
  // Within one ledger the order is that of its records, whatever small steps the clock takes.
  const now = clock().toISOString();
  if (last !== undefined && last.origin !== ledger.origin && now < last.record.time) {
    throw new Problem(
      "clock-behind-receipt",
      `the clock of this machine says ${now}, before the ${last.record.type} of ${last.record.time} that this would follow`,
      { where: last.file, hint: "set the clocks of both machines right; nothing was recorded" },
    );
  }
  const { index } = await ledger.append(record);
  const [receipt] = await receiptsOf(open, [index]);
  return receipt!;
}
