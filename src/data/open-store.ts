import { existsSync, mkdtempSync, realpathSync } from "node:fs";
import { mkdir, realpath, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "../evidence/problem.ts";
import { ChildLink } from "./child-link.ts";
import type { Store, StoreOptions } from "./store.ts";

/** A child process that loads the database while its parent does other work; it reaches nothing until it is opened. */
export interface Engine {
  /** Rejects with a Problem when the study's folder is missing. Once only: the store is the engine from then on. */
  open(options: Omit<StoreOptions, "timeoutMs">): Promise<Store>;
  /** As `Store.close`. */
  close(): Promise<void>;
}

/** Starts the data engine of one study. Throws a Problem when no temporary folder can be made. */
export function startEngine({ timeoutMs = 600_000 }: Pick<StoreOptions, "timeoutMs"> = {}): Engine {
  const tempDir = temporaryFolder();
  const link = new ChildLink(childEntry(), { tempDir, timeoutMs });
  const close = async () => {
    await link.close();
    await rm(tempDir, { recursive: true, force: true });
  };
  const open: Engine["open"] = async ({ studyDir, outDir, memoryLimitMb = 1024, threads }) => {
    const realStudyDir = await realpath(studyDir).catch((cause: unknown) => {
      throw new Problem("data-no-study", "no such folder", {
        where: studyDir,
        hint: "name the folder that holds protocol.yaml",
        cause,
      });
    });
    if (outDir !== undefined) await mkdir(outDir, { recursive: true });
    await link.call({
      method: "open",
      options: {
        studyDir: realStudyDir,
        ...(outDir === undefined ? {} : { outDir: await realpath(outDir) }),
        tempDir,
        memoryLimitMb,
        threads: threads ?? Math.min(4, availableParallelism()),
      },
    });
    return storeOver(link, close);
  };
  return { open, close };
}

/** A store that reaches the study and the output folder only, in a child process of its own. */
export async function openStore({ timeoutMs, ...options }: StoreOptions): Promise<Store> {
  const engine = startEngine(timeoutMs === undefined ? {} : { timeoutMs });
  try {
    return await engine.open(options);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function temporaryFolder(): string {
  try {
    return realpathSync(mkdtempSync(join(tmpdir(), "probity-")));
  } catch (cause) {
    throw new Problem("data-disk", "no folder for temporary files can be made", {
      where: tmpdir(),
      hint: "make room there, or name another folder in TMPDIR",
      cause,
    });
  }
}

function storeOver(link: ChildLink, close: () => Promise<void>): Store {
  const method =
    <M extends Exclude<keyof Store, "close" | "sent">>(name: M) =>
    (request: Parameters<Store[M]>[0]) =>
      link.call({ method: name, request }) as ReturnType<Store[M]>;
  return {
    loadCsv: method("loadCsv"),
    attrition: method("attrition"),
    matchPredictions: method("matchPredictions"),
    columns: method("columns"),
    profile: method("profile"),
    implausible: method("implausible"),
    lookup: method("lookup"),
    rows: method("rows"),
    arrange: method("arrange"),
    writeParquet: method("writeParquet"),
    sent: () => link.sent(),
    close,
  };
}

/** The compiled child. Node 20 runs no TypeScript, so tests over src/ need a build before them. */
export function childEntry(): string {
  const isCompiled = import.meta.url.endsWith(".js");
  const entry = new URL(isCompiled ? "./child.js" : "../../dist/program/child.js", import.meta.url);
  if (!existsSync(entry)) throw new Error("dist/program/child.js is missing: run `npm run build` first");
  return fileURLToPath(entry);
}
