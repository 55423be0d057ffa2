import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

interface Room {
  readonly name: string;
  /** Rooms above it that it may not import all the same; "all but" names the only ones that it may. */
  readonly not?: readonly string[];
  readonly only?: readonly string[];
  readonly packages?: readonly string[];
  /** Whether it may import Node's own modules; where not, it also runs in a browser. */
  readonly node: boolean;
  /** Imported file by file, not through its index.ts. */
  readonly open?: true;
  /** Imported by a thread of its own, which would otherwise load the whole room before it starts. */
  readonly door?: string;
}

/** In reading order: a room imports only rooms above it. docs/architecture.md tells the same as prose. */
const rooms: readonly Room[] = [
  { name: "stats", node: false, open: true },
  { name: "evidence", node: false, open: true, only: [] },
  { name: "protocol", node: false, packages: ["yaml", "zod"] },
  { name: "ledger", node: true },
  {
    name: "data",
    node: true,
    packages: ["@duckdb/node-api", "@duckdb/node-bindings", "zod"],
    not: ["stats"],
  },
  { name: "work", node: true },
  { name: "store", node: true, packages: ["@electric-sql/pglite", "drizzle-orm", "fflate", "pg"] },
  { name: "assess", node: false, door: "performance/reading-pieces.ts" },
  { name: "decide", node: false },
  {
    name: "deliver",
    node: true,
    not: ["data", "assess"],
    packages: ["hono", "@hono/node-server", "zod", "jose"],
  },
  { name: "monitor", node: false },
  { name: "practice", node: false },
  { name: "report", node: false, only: ["evidence"], packages: ["@observablehq/plot", "uqr"] },
  { name: "server", node: true, packages: ["hono", "@hono/node-server", "zod"] },
  { name: "web", node: false, not: ["data", "store"], packages: ["react", "react-dom"] },
  { name: "cli", node: true, not: ["web"], packages: ["commander", "linkedom"] },
];

/** A folder is named after what it holds; these names say nothing. */
const emptyNames = ["utils", "helpers", "common", "core", "shared", "legacy", "v2"];
const maxLines = 300;
/** docs/decisions/0005-database-in-a-child-process.md says why. */
const windowFunction = /\bover\s*\(|\bqualify\b/;

interface SourceFile {
  /** With slashes, from the root: "src/stats/order.ts". */
  readonly path: string;
  readonly room: string;
  readonly lines: number;
  readonly imports: readonly string[];
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

const sources: readonly SourceFile[] = filesUnder(join(root, "src"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => {
    const text = readFileSync(file, "utf8");
    const path = relative(root, file).split(sep).join("/");
    return {
      path,
      room: path.split("/").length > 2 ? path.split("/")[1]! : "",
      lines: text.split("\n").length - 1,
      // Type imports and import() are among them.
      imports: ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName),
    };
  });

/** The source file that a relative import names, from the root; undefined for a package. */
function target(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return relative(root, resolve(root, dirname(from), specifier))
    .split(sep)
    .join("/");
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** What is wrong with one import, or undefined. */
function faultOf(file: SourceFile, specifier: string): string | undefined {
  const room = rooms.find((one) => one.name === file.room);
  const path = target(file.path, specifier);
  if (path === undefined) {
    if (isBuiltin(specifier))
      return room && !room.node ? `${file.room} imports no module of Node` : undefined;
    if (room?.packages?.includes(packageOf(specifier))) return undefined;
    return `${file.room || "src"} does not import the package ${packageOf(specifier)}`;
  }
  if (!path.startsWith("src/")) return "src imports nothing outside itself";
  const [, name = "", ...rest] = path.split("/");
  if (rest.length === 0 || name === file.room) return undefined;
  const other = rooms.find((one) => one.name === name);
  if (other === undefined) return `${name} is no room`;
  if (!other.open && !["index.ts", other.door].includes(rest.join("/")))
    return `${name} is entered by its index.ts`;
  if (room === undefined) return undefined;
  const isAbove = rooms.indexOf(other) < rooms.indexOf(room);
  const isAllowed = (room.only?.includes(name) ?? true) && !room.not?.includes(name);
  return isAbove && isAllowed ? undefined : `${file.room} does not import ${name}`;
}

/** Files that import each other in a ring, as the path around it. */
function findCycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const visit = (path: string) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (done.has(path) || trail.includes(path)) return;
    trail.push(path);
    for (const specifier of byPath.get(path)?.imports ?? []) {
      const next = target(path, specifier);
      if (next !== undefined && byPath.has(next)) visit(next);
    }
    trail.pop();
    done.add(path);
  };
  for (const { path } of files) visit(path);
  return cycles;
}

test("every folder of src is a room of the table", () => {
  const names = rooms.map((room) => room.name);
  expect(sources.map((file) => file.room).filter((room) => room !== "" && !names.includes(room))).toEqual([]);
});

test("imports keep to the direction of the rooms", () => {
  const faults = sources.flatMap((file) =>
    file.imports.flatMap((specifier) => {
      const fault = faultOf(file, specifier);
      return fault === undefined ? [] : [`${file.path} imports "${specifier}": ${fault}`];
    }),
  );
  expect(faults).toEqual([]);
});

test("no file imports itself in a ring, type imports included", () => {
  expect(findCycles(sources)).toEqual([]);
});

test(`no file is longer than ${maxLines} lines`, () => {
  const long = sources.filter((file) => file.lines > maxLines);
  expect(long.map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
});

test("no folder has a name that says nothing", () => {
  // test/shared is named after `npm run test:shared`.
  const folders = new Set(sources.flatMap((file) => file.path.split("/").slice(1, -1)));
  expect([...folders].filter((name) => emptyNames.includes(name))).toEqual([]);
});

test("no query uses a window function, where the engine can lose a thread's state", () => {
  const windows = sources
    .filter(({ room }) => room === "data")
    .filter(({ path }) => windowFunction.test(readFileSync(join(root, path), "utf8")));
  expect(windows.map(({ path }) => path)).toEqual([]);
  expect("sum(n) over (order by value)").toMatch(windowFunction);
});

test("every sub-path that package.json exports has a source, and the packages it names are in use", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.values(manifest.exports as Record<string, { default: string }>);
  const missing = entries
    .map((entry) => entry.default.replace("./dist/", "src/").replace(/\.js$/, ".ts"))
    .filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
  const used = new Set(
    sources.flatMap((file) => file.imports.filter((name) => !name.startsWith(".")).map(packageOf)),
  );
  expect(Object.keys(manifest.dependencies).filter((name) => !used.has(name))).toEqual([]);
});

describe("the rules themselves catch", () => {
  const file = (path: string, ...imports: string[]): SourceFile => {
    return { path, room: path.split("/")[1]!, lines: 1, imports };
  };
  for (const [path, specifier, fault] of [
    ["src/stats/a.ts", "node:fs", "stats imports no module of Node"],
    ["src/stats/a.ts", "zod", "stats does not import the package zod"],
    ["src/evidence/a.ts", "../stats/order.ts", "evidence does not import stats"],
    ["src/protocol/a.ts", "node:path", "protocol imports no module of Node"],
    ["src/data/a.ts", "../assess/index.ts", "data does not import assess"],
    ["src/deliver/a.ts", "../assess/index.ts", "deliver does not import assess"],
    ["src/assess/a.ts", "../practice/index.ts", "assess does not import practice"],
    ["src/assess/a.ts", "../data/store.ts", "data is entered by its index.ts"],
    ["src/report/a.ts", "../stats/order.ts", "report does not import stats"],
    ["src/web/a.ts", "../data/index.ts", "web does not import data"],
    ["src/cli/a.ts", "../../test/x.ts", "src imports nothing outside itself"],
  ] as const) {
    test(`${path} importing ${specifier}`, () => {
      expect(faultOf(file(path, specifier), specifier)).toBe(fault);
    });
  }
  test("a ring of three files", () => {
    const ring = ["a", "b", "c"].map((name, i) => file(`src/stats/${name}.ts`, `./${["b", "c", "a"][i]}.ts`));
    expect(findCycles(ring)).toEqual(["src/stats/a.ts → src/stats/b.ts → src/stats/c.ts → src/stats/a.ts"]);
  });
});
