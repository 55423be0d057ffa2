import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./process-lock.mjs";

/** Installs the locked packages when some are missing or of another version. Lifecycle scripts are not run. */
export async function ensureInstalled(root) {
  const folder = fileURLToPath(root);
  if (whatIsMissing(folder) !== undefined) {
    await withLock(
      join(folder, ".cache", "install.lock"),
      () => install(folder),
      () => console.error("probity: another process is installing packages; waiting"),
    );
  }
  linkOwnCommand(folder);
}

function install(folder) {
  const missing = whatIsMissing(folder);
  if (missing === undefined) return;
  console.error(`probity: installing the locked packages (${missing})`);
  // One command line, because npm is a .cmd file on Windows; it holds no text from outside.
  const done = spawnSync("npm ci --ignore-scripts --no-audit --no-fund --loglevel=error", {
    cwd: folder,
    shell: true,
    stdio: ["ignore", 2, 2],
  });
  const still = done.status === 0 ? whatIsMissing(folder) : `npm ci ended with status ${done.status}`;
  if (still === undefined) return;
  console.error(`probity: error: the packages could not be installed: ${still}`);
  console.error("probity: hint: check the network and the npm settings, then run: npm ci --ignore-scripts");
  process.exit(2);
}

let hasGlibc;
/** Asked once: the report that tells takes longer than reading both locks. */
function isGlibc() {
  hasGlibc ??= process.report.getReport().header.glibcVersionRuntime !== undefined;
  return hasGlibc;
}

/** The first reason why node_modules is not what package-lock.json says, or undefined when it is. */
export function whatIsMissing(folder) {
  const wanted = readLock(join(folder, "package-lock.json"));
  // npm writes this file last, so an interrupted installation has none.
  const present = readLock(join(folder, "node_modules", ".package-lock.json"));
  if (present === undefined) return "none are installed";
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || !isForThisMachine(entry)) continue;
    if (present[path]?.version !== entry.version) return `${path.slice(13)} ${entry.version} is missing`;
    if (!existsSync(join(folder, path, "package.json"))) return `${path.slice(13)} is missing on disk`;
  }
  return undefined;
}

function readLock(file) {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** Optional packages are native builds; only the one of this system and processor is needed. */
function isForThisMachine({ optional, os, cpu, libc }) {
  if (!optional) return true;
  if (!os?.includes(process.platform) || !cpu?.includes(process.arch)) return false;
  if (libc === undefined) return true;
  return libc.includes(isGlibc() ? "glibc" : "musl");
}

/** Lets `npx probity` find the checkout's own command; npm links the commands of dependencies only. */
function linkOwnCommand(folder) {
  const link = join(folder, "node_modules", ".bin", "probity");
  if (process.platform === "win32" || isLink(link)) return;
  mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
  rmSync(link, { force: true });
  try {
    symlinkSync(join("..", "..", "bin", "probity.mjs"), link);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
