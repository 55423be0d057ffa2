import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, lstat, mkdir, readdir, realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Problem } from "../../evidence/problem.ts";
import { isInside } from "../study-path.ts";

/** A file that a program of the study may read, by its name in the study. */
export interface ProgramFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

const maxFiles = 1000;
const maxBytes = 1024 ** 3;

/**
 * Every file under a folder of the study, in the order of its name, with its hash.
 *
 * Errors: a folder that is missing, empty or leads out of the study, more than 1,000 files or 1 GiB, and anything in it
 * that is neither file nor folder: a link could lead to what the program must not read.
 */
export async function programFiles(studyDir: string, folder: string): Promise<readonly ProgramFile[]> {
  const study = await realpath(studyDir);
  const real = await realpath(join(study, folder)).catch((cause: unknown) => {
    throw refused("no such folder in the study", folder, "put the program's folder into the study", cause);
  });
  if (!isInside(study, real) || !(await lstat(real)).isDirectory())
    throw refused("expected a folder inside the study", folder, "put the program's files into a folder");
  const paths = await filesUnder(real, folder);
  if (paths.length === 0) throw refused("the folder holds no file", folder, "put the program into it");
  const files: ProgramFile[] = [];
  let total = 0;
  for (const path of paths.sort()) {
    const name = [folder, ...relative(real, path).split(/[\\/]/)].join("/");
    total += (await lstat(path)).size;
    if (total > maxBytes)
      throw refused("the folder holds more than 1 GiB", folder, "keep what the program reads");
    files.push({ name, ...(await hashed(path)) });
  }
  return files;
}

/** Copies the files beside each other into an empty folder, each proved to be what was hashed, and write-protects them. */
export async function copyProgram(
  studyDir: string,
  { folder, files }: { readonly folder: string; readonly files: readonly ProgramFile[] },
  into: string,
): Promise<void> {
  for (const { name, sha256 } of files) {
    const [from, to] = [join(studyDir, name), join(into, name.slice(folder.length + 1))];
    await mkdir(dirname(to), { recursive: true });
    const copy = await hashed(from, to);
    if (copy.sha256 !== sha256) {
      throw new Problem("data-changed", "the file changed while the study was read", {
        where: name,
        hint: "run again when nothing writes to the study",
      });
    }
    await chmod(to, (await lstat(from)).mode & 0o111 ? 0o555 : 0o444);
  }
}

async function filesUnder(folder: string, shown: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile()) found.push(path);
      else {
        const where = `${shown}/${relative(folder, path)}`;
        throw refused("neither a file nor a folder", where, "put the file itself there, not a link to it");
      }
    }
    if (found.length > maxFiles)
      throw refused("the folder holds more than 1,000 files", shown, "keep what the program reads");
  }
  return found;
}

/** The file's size and hash; of the bytes that were copied, where it is copied. */
async function hashed(path: string, to?: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const count = new Transform({
    transform(block: Buffer, _, done) {
      hash.update(block);
      bytes += block.length;
      done(null, to === undefined ? undefined : block);
    },
  });
  const source = createReadStream(path);
  if (to === undefined) await pipeline(source, count.resume());
  else await pipeline(source, count, createWriteStream(to, { flags: "wx" }));
  return { bytes, sha256: hash.digest("hex") };
}

function refused(message: string, where: string, hint: string, cause?: unknown): Problem {
  return new Problem("model-folder", message, { where, hint, ...(cause === undefined ? {} : { cause }) });
}
