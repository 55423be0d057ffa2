import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";

/** What Node starts, by the name of its file in dist/program/. */
const entries = {
  main: "cli/main.js",
  child: "data/child.js",
  thread: "work/thread.js",
  "reading-worker": "cli/reading-worker.js",
};

/**
 * Writes the program into `program/` of a compiled tree: few files instead of a thousand, and of each package only what
 * is used, because finding and reading modules takes longer than running them.
 *
 * All files stand in one folder as deep as the rooms, so that a path from one of them to another or to the package's
 * own files is the same as before. The database's native package stays outside; the licences of the others go along.
 */
export async function bundle(compiled) {
  if (!existsSync(join(compiled, entries.main))) return;
  const { rolldown } = await import("rolldown");
  const input = Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [name, join(compiled, file)]),
  );
  const folder = join(compiled, "program");
  const build = await rolldown({ input, platform: "node", external: ["@duckdb/node-bindings"] });
  const names = { entryFileNames: "[name].js", chunkFileNames: "[name].js" };
  const { output } = await build.write({ dir: folder, format: "esm", ...names });
  await build.close();
  const packages = new Set(output.flatMap(({ moduleIds = [] }) => moduleIds.flatMap(packageFolder)));
  writeFileSync(join(folder, "LICENSES.txt"), [...packages].sort().map(licenceOf).join("\n"));
}

/** The folder of the package that a module is of; none for our own. */
function packageFolder(id) {
  const inPackages = `${sep}node_modules${sep}`;
  const start = id.lastIndexOf(inPackages) + inPackages.length;
  if (start < inPackages.length) return [];
  const [scope, name] = id.slice(start).split(sep);
  return [join(id.slice(0, start), scope, scope.startsWith("@") ? name : "")];
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return `${[`${name} ${version}, ${license}`, ...texts].join("\n\n")}\n`;
}
