import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { findProgram, foldersOf } from "./find-program.ts";
import { copyProgram, type ProgramFile } from "./program-files.ts";
import type { ProgramInput } from "./program-lines.ts";
import { type Outcome, runProcess } from "./run-process.ts";
import { sandboxed } from "./sandbox.ts";

/** A program that a study ships, and what it may use. */
export interface ProgramRequest {
  readonly studyDir: string;
  readonly folder: string;
  readonly files: readonly ProgramFile[];
  /** Program and arguments; "./file" is one of the folder, a bare name one of the machine. */
  readonly command: readonly string[];
  readonly seconds: number;
  readonly memoryMib: number;
  /** True: with the network and the files of this machine open to it, because the user said so. */
  readonly withNetwork: boolean;
  /** Value of PATH. */
  readonly searched: string;
}

/** A program ready to be run, as often as asked: each run is a process of its own. */
export interface StudyProgram {
  readonly withNetwork: boolean;
  readonly run: (input: ProgramInput) => Promise<Outcome>;
}

export function studyProgram(request: ProgramRequest): StudyProgram {
  return { withNetwork: request.withNetwork, run: (input) => runOnce(request, input) };
}

/**
 * Runs the program once: in a copy of its folder, with an empty environment but PATH, TZ and LC_ALL, without network
 * unless the user allowed it.
 *
 * Errors: what `programFiles`, `findProgram` and `runProcess` throw.
 */
async function runOnce(request: ProgramRequest, input: ProgramInput): Promise<Outcome> {
  const { command, seconds, memoryMib, withNetwork, searched } = request;
  const studyDir = await realpath(request.studyDir);
  const [first, ...rest] = command as [string, ...string[]];
  const found = first.startsWith("./") ? undefined : await findProgram(first, searched);
  const path = [...(found === undefined ? [] : [dirname(found)]), ...usualFolders].join(delimiter);
  const place = await realpath(await mkdtemp(join(tmpdir(), "probity-model-")));
  const [folder, root] = [join(place, "model"), join(place, "root")];
  try {
    await Promise.all([mkdir(folder), mkdir(root)]);
    await copyProgram(studyDir, request, folder);
    const limits = { seconds, memoryMib, path, place, input };
    if (withNetwork) {
      const program = found ?? join(folder, first);
      return await runProcess({ ...limits, argv: limited([program, ...rest], memoryMib), cwd: folder });
    }
    const hidden = [studyDir, homedir(), place];
    const folders = found === undefined ? [] : await foldersOf(found, hidden);
    const argv = [found ?? first, ...rest];
    const words = () => sandboxed({ root, folder, argv, path, folders, hidden: studyDir, memoryMib });
    return await runProcess({ ...limits, argv: words, cwd: place });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

const usualFolders = process.platform === "win32" ? [] : ["/usr/local/bin", "/usr/bin", "/bin"];

/** Limits that need no sandbox. */
function limited(argv: readonly string[], memoryMib: number): readonly string[] {
  if (process.platform !== "linux") return argv;
  return ["/bin/sh", "-c", `ulimit -c 0; ulimit -d ${memoryMib * 1024}; exec "$@"`, "sh", ...argv];
}
