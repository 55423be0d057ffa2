import { createHash, randomUUID } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "../bin/node-version.mjs";
import { bundle } from "./bundle.mjs";
import { ensureInstalled } from "./install.mjs";
import { withLock } from "./process-lock.mjs";

/**
 * Brings dist/ up to date with src/: nothing is done when the hash of the sources is the one in dist/build.json.
 * The new tree is built beside and renamed into place, so no other process ever loads a half-written one.
 * A tree with type errors is replaced too when `keepGoing` is set (the tests count type errors as a step of
 * their own), but is never stamped as fresh.
 */
export async function ensureBuilt(root, { keepGoing = false } = {}) {
  const folder = fileURLToPath(root);
  if (isFresh(folder)) return { rebuilt: false };
  return withLock(
    join(folder, ".cache", "build.lock"),
    () => (isFresh(folder) ? { rebuilt: false } : build(folder, keepGoing)),
    () => console.error("probity: another process is building; waiting"),
  );
}

function isFresh(folder) {
  const stamp = join(folder, "dist", "build.json");
  return existsSync(stamp) && JSON.parse(readFileSync(stamp, "utf8")).sources === hashSources(folder);
}

/** SHA-256 over every file that decides what dist/ holds, paths included. */
export function hashSources(folder) {
  const settings = [
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "scripts/build.mjs",
    "scripts/bundle.mjs",
  ];
  const sources = filesUnder(join(folder, "src")).map((path) => relative(folder, path).split(sep).join("/"));
  const hash = createHash("sha256");
  for (const path of [...settings, ...sources.filter((name) => !name.endsWith(".test.ts")).sort()]) {
    const bytes = readFileSync(join(folder, path));
    hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

async function build(folder, keepGoing) {
  console.error("probity: building");
  // Taken before the compiler reads: an edit during the build makes the stamp stale, never wrong.
  const sources = hashSources(folder);
  const cache = join(folder, ".cache");
  mkdirSync(cache, { recursive: true });
  // Left behind by builds that were killed; the lock makes sure that none is still running.
  for (const name of readdirSync(cache).filter((name) => /^(build|old)-/.test(name))) {
    rmSync(join(cache, name), { recursive: true, force: true });
  }
  const fresh = join(cache, `build-${randomUUID()}`);
  const errors = await compile(folder, fresh);
  if (errors !== "") {
    console.error(errors);
    if (!keepGoing) throw new BuildError("the sources do not compile");
  }
  copyAssets(join(folder, "src"), fresh);
  await bundle(fresh);
  const stamp = { sources: errors === "" ? sources : "type errors" };
  writeFileSync(join(fresh, "build.json"), `${JSON.stringify(stamp)}\n`);
  replaceFolder(join(folder, "dist"), fresh, join(cache, `old-${randomUUID()}`));
  return { rebuilt: true };
}

export class BuildError extends Error {}

/** Emits JavaScript and declarations into `outDir`; returns the diagnostics as text, empty when there are none. */
async function compile(folder, outDir) {
  const { default: ts } = await import("typescript");
  const host = {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  };
  const config = ts.getParsedCommandLineOfConfigFile(
    join(folder, "tsconfig.build.json"),
    { outDir },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new BuildError(ts.formatDiagnostics([diagnostic], host));
      },
    },
  );
  const program = ts.createProgram({
    rootNames: config.fileNames,
    options: config.options,
    configFileParsingDiagnostics: config.errors,
  });
  const before = ts.getPreEmitDiagnostics(program);
  const emitted = program.emit();
  const all = ts.sortAndDeduplicateDiagnostics([...before, ...emitted.diagnostics]);
  return ts.formatDiagnostics(all, host);
}

/** SQL and whatever else the compiled code reads at run time. */
function copyAssets(from, to) {
  for (const path of filesUnder(from)) {
    if (/\.(ts|tsx|md)$/.test(path)) continue;
    cpSync(path, join(to, relative(from, path)));
  }
}

function replaceFolder(target, fresh, old) {
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** For entry points: compiler errors end the process with exit code 2 instead of a stack trace. */
export async function ensureBuiltOrExit(root) {
  try {
    return await ensureBuilt(root);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`probity: error: ${error.message}`);
    console.error("probity: hint: correct the errors above, then run the command again");
    process.exit(2);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = new URL("../", import.meta.url);
  requireNode(root);
  await ensureInstalled(root);
  const { rebuilt } = await ensureBuiltOrExit(root);
  console.error(rebuilt ? "probity: dist/ is built" : "probity: dist/ is up to date");
}
