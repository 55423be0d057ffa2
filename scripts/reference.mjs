// npm run reference [-- name …] [-- --write]: runs reference/<name>.R and compares what R computes with the committed
// test/reference/*.json. Exits 1 and lists the differences when there are any; --write takes over R's files.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "../bin/node-version.mjs";
import { compareReferences } from "./reference-difference.mjs";

const root = new URL("../", import.meta.url);
const scripts = fileURLToPath(new URL("reference/", root));
const committedFolder = fileURLToPath(new URL("test/reference/", root));
/** R package to Debian package; the rest comes with R. */
const debian = {
  survival: "r-cran-survival",
  cmprsk: "r-cran-cmprsk",
  pROC: "r-cran-proc",
  riskRegression: "r-cran-riskregression",
  prodlim: "r-cran-prodlim",
  Hmisc: "r-cran-hmisc",
  spc: "r-cran-spc",
  survey: "r-cran-survey",
  mvtnorm: "r-cran-mvtnorm",
  rms: "r-cran-rms",
};

requireNode(root);
const isWriting = process.argv.includes("--write");
const named = process.argv.slice(2).filter((argument) => argument !== "--write");
const all = readdirSync(scripts)
  .filter(
    (name) => name.endsWith(".R") && readFileSync(join(scripts, name), "utf8").includes("\nwrite_reference("),
  )
  .map((name) => name.slice(0, -".R".length));
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) stop(`no script ${unknown.join(", ")} in reference/`, `there are ${all.join(", ")}`);
requirePackages();

const target = mkdtempSync(join(tmpdir(), "probity-reference-"));
try {
  const isWhole = named.length === 0;
  const failed = (isWhole ? all : named).filter((name) => !runScript(name));
  for (const name of failed) console.error(`probity: error: reference/${name}.R failed`);
  process.exitCode = failed.length > 0 ? 1 : report(isWhole);
} finally {
  rmSync(target, { recursive: true, force: true });
}

function report(isWhole) {
  const regenerated = read(target, jsonFiles(target));
  const wanted = isWhole ? jsonFiles(committedFolder) : jsonFiles(target);
  const committed = read(
    committedFolder,
    wanted.filter((name) => jsonFiles(committedFolder).includes(name)),
  );
  const result = compareReferences(committed, regenerated);
  for (const note of result.notes) console.log(`version      ${note}`);
  for (const difference of result.differences) console.log(`difference   ${difference}`);
  const files = Object.keys(committed).length;
  const cases = `${result.regenerated} of ${result.cases} cases in ${files} files computed again by R`;
  const { length } = result.differences;
  console.log(
    `${cases}; ${length === 0 ? "no difference" : `${length} difference${length === 1 ? "" : "s"}`}`,
  );
  if (isWriting) {
    for (const name of jsonFiles(target)) copyFileSync(join(target, name), join(committedFolder, name));
    console.log("test/reference/ now holds what R wrote");
    return 0;
  }
  return length === 0 ? 0 : 1;
}

function runScript(name) {
  console.error(`probity: reference ${name}`);
  const { status, stdout } = rscript([`${name}.R`, target]);
  if (status !== 0) console.error(stdout);
  return status === 0;
}

/** The same order of letters and the same day on every machine. */
function rscript(args) {
  return spawnSync("Rscript", ["--vanilla", ...args], {
    cwd: scripts,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function requirePackages() {
  const wanted = Object.keys(debian);
  const list = wanted.map((name) => `"${name}"`).join(",");
  const asked = rscript(["-e", `p<-c(${list}); cat(p[!p %in% rownames(installed.packages())])`]);
  if (asked.error?.code === "ENOENT") {
    stop("Rscript is not installed", `apt-get install r-base-core ${Object.values(debian).join(" ")}`);
  }
  if (asked.error !== undefined || asked.status !== 0) stop("Rscript does not run", "run Rscript --version");
  const missing = wanted.filter((name) => asked.stdout.split(" ").includes(name));
  if (missing.length > 0) {
    const packages = missing.map((name) => debian[name]).join(" ");
    stop(`R is without ${missing.join(", ")}`, `apt-get install ${packages}`);
  }
}

function stop(message, hint) {
  console.error(`probity: error: ${message}`);
  console.error(`probity: hint: ${hint}`);
  process.exit(2);
}

function jsonFiles(folder) {
  return readdirSync(folder).filter((name) => name.endsWith(".json"));
}

function read(folder, names) {
  return Object.fromEntries(
    names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8"))]),
  );
}
