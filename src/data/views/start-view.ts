import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { access, constants, open, realpath, rename, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Problem } from "../../evidence/problem.ts";
import { ChildLink } from "../child-link.ts";
import { childEntry } from "../open-store.ts";
import { compileView } from "./compile-view.ts";
import { readView } from "./read-view.ts";
import type { OutputColumn } from "./view-columns.ts";
import { dataOf } from "./view-data.ts";
import {
  bytesLimits,
  type IntakeTable,
  type ViewAnswer,
  type ViewFormat,
  type ViewInput,
  type ViewSummary,
} from "./view-run.ts";

export interface ViewOptions {
  /** The text of the ViewDefinition and the name under which its faults are placed. */
  readonly view: string;
  readonly viewName: string;
  /** NDJSON, plain or with the ending .gz; or one folder of an intake. */
  readonly files: readonly string[];
  /** Whether each row begins with the file and line of its resource, which an intake alone knows. */
  readonly withPlaces?: boolean;
  /** Replaced when the run has succeeded, untouched otherwise. */
  readonly out: string;
  readonly format: ViewFormat;
  readonly memoryLimitMb?: number;
  readonly threads?: number;
  readonly timeoutMs?: number;
}

/** What a view is, without any data. Errors: whatever is wrong with it, as a Problem with its place. */
export function checkView(
  text: string,
  fileName: string,
): { readonly resource: string; readonly columns: readonly OutputColumn[]; readonly sql: string } {
  const view = readView(text, fileName);
  const { columns, query, reading } = compileView(view);
  return {
    resource: view.resource,
    columns,
    sql: query([`${view.resource}.ndjson`], { reading, bytesLimit: bytesLimits.usual }).sql,
  };
}

/** Runs a view over files in a sandboxed child process, which reaches these files and the output only. */
export async function runView(asked: ViewOptions): Promise<ViewSummary> {
  const { resource, columns } = checkView(asked.view, asked.viewName);
  const data = await dataOf(asked, resource, columns);
  const options = { ...asked, files: data.files };
  const before = await Promise.all(options.files.map(inputOf));
  for (const { path, file } of before) if (path.endsWith(".gz")) await requireWholeGzip(path, file);
  const folder = await folderOf(options.out);
  await requireOther(
    before.map(({ path }) => path),
    join(folder, basename(options.out)),
    options.out,
  );
  const staged = join(folder, `.${basename(options.out)}.${process.pid}.partial`);
  try {
    const [answer, inputs] = await Promise.all([
      inChild(
        { ...options, intake: data.intake },
        before.map(({ path }) => path),
        staged,
      ),
      Promise.all(before.map(hashed)),
    ]);
    await requireUnchanged(before);
    const output = await hashed({ path: staged, file: options.out });
    await keep(staged, join(folder, basename(options.out)));
    return { ...answer, inputs, output };
  } finally {
    await rm(staged, { force: true });
  }
}

async function inChild(
  options: ViewOptions & { readonly intake: IntakeTable | undefined },
  files: readonly string[],
  out: string,
): Promise<ViewAnswer> {
  const { view, viewName, format, intake, memoryLimitMb = 2048, threads, timeoutMs = 3_600_000 } = options;
  const tempDir = realpathSync(mkdtempSync(join(tmpdir(), "probity-")));
  const link = new ChildLink(childEntry(), { tempDir, timeoutMs });
  try {
    await make(out, options.out);
    const nothing = join(tempDir, "nothing.ndjson");
    if (files.length === 0) writeFileSync(nothing, "");
    const request = {
      view,
      viewName,
      files: files.length === 0 ? [nothing] : files,
      fileNames: options.files,
      out,
      format,
      ...(intake === undefined ? {} : { intake }),
      tempDir,
      memoryLimitMb,
      threads: threads ?? Math.min(4, availableParallelism()),
    };
    return (await link.call({ method: "runView", request })) as ViewAnswer;
  } finally {
    await link.close();
    await rm(tempDir, { recursive: true, force: true });
  }
}

interface Input {
  readonly file: string;
  readonly path: string;
  readonly size: number;
  readonly modified: number;
}

async function inputOf(file: string): Promise<Input> {
  const path = await realpath(file).catch((cause: unknown) => {
    throw new Problem("data-file-missing", "no such file", {
      where: file,
      hint: "name an NDJSON file",
      cause,
    });
  });
  const found = await stat(path);
  if (!found.isFile()) {
    throw new Problem("data-not-a-file", "expected a file", { where: file, hint: "name an NDJSON file" });
  }
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new Problem("data-disk", "the file cannot be read", {
      where: file,
      hint: "ask for permission to read it",
      cause,
    });
  });
  return { file, path, size: found.size, modified: found.mtimeMs };
}

/** The engine takes a compressed file that was cut off between two lines for a whole one. */
async function requireWholeGzip(path: string, file: string): Promise<void> {
  const nowhere = new Writable({ write: (_block, _encoding, done) => done() });
  await pipeline(createReadStream(path), createGunzip(), nowhere).catch((cause: unknown) => {
    throw new Problem("data-gzip", "the compressed file is damaged or cut off", {
      where: file,
      hint: "copy or download it again",
      cause,
    });
  });
}

async function requireUnchanged(before: readonly Input[]): Promise<void> {
  for (const { file, path, size, modified } of before) {
    const now = await stat(path);
    if (now.size === size && now.mtimeMs === modified) continue;
    throw new Problem("data-changed", "the file changed while it was read", {
      where: file,
      hint: "wait until it is complete, and run again",
    });
  }
}

async function folderOf(out: string): Promise<string> {
  return realpath(dirname(out)).catch((cause: unknown) => {
    throw new Problem("out-not-writable", "no such folder", { where: dirname(out), hint: "make it", cause });
  });
}

/** The output is neither a folder nor one of the inputs, which the run would replace. */
async function requireOther(inputs: readonly string[], path: string, out: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return;
  const isInput = inputs.includes(await realpath(path));
  if (there.isFile() && !isInput) return;
  const message = isInput ? "the output would replace an input" : "something other than a file is there";
  throw new Problem("out-not-writable", message, { where: out, hint: "name another file" });
}

/** Made before the child writes to it, so that no other process can put a link in its place. */
async function make(staged: string, out: string): Promise<void> {
  const file = await open(staged, "wx").catch((cause: unknown) => {
    throw new Problem("out-not-writable", "no file can be made in the folder", {
      where: out,
      hint: "name a file in another folder",
      cause,
    });
  });
  await file.close();
}

async function hashed({ path, file }: Pick<Input, "path" | "file">): Promise<ViewInput> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const block of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(block);
    bytes += block.length;
  }
  return { file, bytes, sha256: hash.digest("hex") };
}

/** On the disk before it has its name. */
async function keep(staged: string, out: string): Promise<void> {
  const file = await open(staged, "r+");
  await file.sync();
  await file.close();
  await rename(staged, out);
}
