import { mkdtempSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChildLink } from "../child-link.ts";
import { childEntry } from "../open-store.ts";
import type { DuplicatesRequest } from "./find-duplicates.ts";

/** The database in its child process, which loads while the sources are read. */
export interface IntakeEngine {
  findDuplicates(request: Omit<DuplicatesRequest, "tempDir">): Promise<readonly number[]>;
  close(): Promise<void>;
}

export function startIntakeEngine(): IntakeEngine {
  const tempDir = realpathSync(mkdtempSync(join(tmpdir(), "probity-")));
  const link = new ChildLink(childEntry(), { tempDir, timeoutMs: 3_600_000 });
  return {
    findDuplicates: async (request) =>
      (await link.call({ method: "findDuplicates", request: { ...request, tempDir } })) as readonly number[],
    close: async () => {
      await link.close();
      await rm(tempDir, { recursive: true, force: true });
    },
  };
}
