// npm run bench [-- name …]: runs bench/<name>.bench.ts (or .mjs) one after the other, each in its own process.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "../bin/node-version.mjs";
import { ensureBuiltOrExit } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";

const root = new URL("../", import.meta.url);
const folder = fileURLToPath(root);
requireNode(root);
await ensureInstalled(root);
await ensureBuiltOrExit(root);

const files = readdirSync(join(folder, "bench"));
const all = files.filter((name) => /\.bench\.(ts|mjs)$/.test(name)).map((name) => name.split(".")[0]);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`probity: error: no benchmark ${unknown.join(", ")}; there are ${all.join(", ") || "none"}`);
  process.exit(2);
}
const compiled = await compileBenches();
const failed = wanted.filter((name) => {
  console.error(`probity: bench ${name}`);
  const args = ["--expose-gc", join(compiled, `${name}.bench.mjs`)];
  return spawnSync(process.execPath, args, { cwd: folder, stdio: "inherit" }).status !== 0;
});
for (const name of failed) console.error(`probity: error: bench ${name} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Node 20 does not run TypeScript: each file becomes JavaScript that imports dist/ where it imported src/. */
async function compileBenches() {
  const { default: ts } = await import("typescript");
  const target = join(folder, ".cache", "bench");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const options = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  };
  for (const name of files.filter((name) => /\.(ts|mjs)$/.test(name))) {
    const source = readFileSync(join(folder, "bench", name), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions: options, fileName: name });
    const code = outputText
      .replace(/"\.\.\/src\/([^"]+)\.ts"/g, '"../../dist/$1.js"')
      .replace(/"\.\/([^"]+)\.ts"/g, '"./$1.mjs"')
      .replace(/"\.\.\/dist\//g, '"../../dist/');
    writeFileSync(join(target, name.replace(/\.ts$/, ".mjs")), code);
  }
  return target;
}
