import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { formatWithOptions } from "node:util";
import { expect, test } from "vitest";
import { main } from "../src/cli/main.ts";
import * as stats from "../src/stats/index.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Tracked and new files, without the ignored ones and those deleted in the working tree. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root })
  .toString()
  .trim()
  .split("\n")
  .filter((path) => existsSync(join(root, path)));
const pages = files.filter((path) => path.endsWith(".md"));
const manifest = JSON.parse(read("package.json"));

/** As GitHub forms them: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test("every link within the documentation leads somewhere", () => {
  const broken = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const file = path === "" ? join(root, page) : resolve(root, dirname(page), path);
        if (!existsSync(file)) return true;
        return (
          anchor !== undefined &&
          statSync(file).isFile() &&
          !anchorsOf(readFileSync(file, "utf8")).includes(anchor)
        );
      })
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

function withoutCode(markdown: string): string {
  return markdown.replace(/```[\s\S]*?```/g, "");
}

test("every npm script named in the documentation exists", () => {
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run ([\w:-]+)|npm (start|test)\b/g)].map((match) => match[1] ?? match[2]!),
  );
  expect([...new Set(named)].filter((name) => !(name in manifest.scripts))).toEqual([]);
});

test("every `npx probity` verb and option named in the documentation exists", async () => {
  const verbs = await helpOf([]);
  const named = pages.flatMap((page) => [...read(page).matchAll(/npx probity ([a-z][a-z-]*)([^\n`#]*)/g)]);
  for (const [whole, verb = "", rest = ""] of named) {
    expect(verbs, whole).toMatch(new RegExp(`^ {2}${verb}\\b`, "m"));
    const [, second = ""] = /^ ([a-z]+) /.exec(rest) ?? [];
    const first = await helpOf([verb]);
    const help = first.includes(`\n  ${second} [options]`) ? await helpOf([verb, second]) : first;
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(help, whole).toContain(option);
  }
});

async function helpOf(verb: string[]): Promise<string> {
  let help = "";
  await main([...verb, "--help"], {
    stdout: (text) => {
      help += text;
    },
    stderr: () => {},
    terminalColumns: undefined,
    clock: () => new Date(),
    workspace: "nowhere",
    loadEvaluate: () => Promise.reject(new Error("help evaluates nothing")),
    askHidden: async () => undefined,
    untilInterrupted: async () => {},
  });
  return help;
}

test("every SQL check has its page in docs/checks, and every page its check", () => {
  const checks = namesIn("src/assess/checks", ".sql");
  expect(namesIn("docs/checks", ".md").filter((name) => name !== "README")).toEqual(checks);
});

test("docs/methods/README.md leads to every page of methods", () => {
  const linked = [...read("docs/methods/README.md").matchAll(/\]\(([a-z-]+)\.md\)/g)].map(
    ([, name]) => name!,
  );
  expect(linked.toSorted()).toEqual(namesIn("docs/methods", ".md").filter((name) => name !== "README"));
});

function namesIn(folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
  return names.map((name) => name.slice(0, -ending.length)).sort();
}

test("the example of docs/stats.md prints what the page shows", () => {
  const [, names = "", body = ""] =
    /```js\nimport \{ (.*) \} from "probity\/stats";\n([\s\S]*?)```/.exec(read("docs/stats.md")) ?? [];
  const [, shown] = /```text\n([\s\S]*?)```/.exec(read("docs/stats.md")) ?? [];
  let printed = "";
  const log = (...values: unknown[]) => {
    printed += `${formatWithOptions({ colors: false }, ...values)}\n`;
  };
  new Function("stats", "console", `const { ${names} } = stats;\n${body}`)(stats, { log });
  expect(printed).toBe(shown);
});

test("docs/stats.md names every function of probity/stats, and no other", () => {
  const [, list = ""] = read("docs/stats.md").split("## What there is");
  const named = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  expect(named.toSorted()).toEqual(Object.keys(stats).toSorted());
});

test("every code of a Problem is explained in docs/problems.md, and every code there is in use", () => {
  const inSource = files
    .filter((path) => /^src\/.*\.ts$/.test(path) && !path.endsWith(".test.ts"))
    .flatMap((path) => [...read(path).matchAll(/new Problem\(\s*"([a-z0-9-]+)"/g)].map((match) => match[1]!));
  const explained = [...read("docs/problems.md").matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(
    (match) => match[1]!,
  );
  const everything = files
    .filter((path) => path.startsWith("src/"))
    .map(read)
    .join("\n");
  expect([...new Set(inSource)].filter((code) => !explained.includes(code))).toEqual([]);
  expect(explained.filter((code) => !everything.includes(`"${code}"`))).toEqual([]);
});

test("every dependency has its line in the decision on dependencies, and the reverse", () => {
  const table = read("docs/decisions/0004-dependencies.md");
  const listed = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!).sort();
  const wanted = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)].sort();
  expect(listed).toEqual(wanted);
});

test("no file names a machine's own folders, and the lock names no registry", () => {
  const machinePath = /(?:^|[\s"'`(=:])(?:\/(?:home|Users|root|work|workspace)\/\w|[A-Z]:\\Users\\)/m;
  const texts = files.filter((path) =>
    /\.(ts|mjs|js|json|md|sql|yaml|html|css|R|sh)$|^\.ci\/|^\.[a-z]+$/.test(path),
  );
  expect(texts.filter((path) => path !== "test/docs.test.ts" && machinePath.test(read(path)))).toEqual([]);
  expect(read("package-lock.json")).not.toMatch(/"resolved": "https?:/);
});

test("the files that a reader looks for are there", () => {
  const expected = [
    "README.md",
    "LICENSE",
    "NOTICE",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/architecture.md",
  ];
  expect(expected.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(read("LICENSE")).toContain("Apache License");
  expect(read("CHANGELOG.md")).toContain(`## ${manifest.version}`);
});

test("docs/architecture.md stays within 1,500 words", () => {
  expect(read("docs/architecture.md").split(/\s+/).length).toBeLessThanOrEqual(1500);
});

test("README and architecture name every folder of src", () => {
  const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const page of ["README.md", "docs/architecture.md"]) {
    expect(
      folders.filter(({ name }) => !read(page).includes(`\`${name}/\``)).map(({ name }) => name),
    ).toEqual([]);
  }
});
