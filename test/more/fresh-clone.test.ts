import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

// Needs the network: installs every package into an empty cache, as a new user's machine does.
const root = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;
let clone: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-fresh-"));
  clone = join(folder, "clone");
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
  });
  for (const path of files
    .toString()
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(root, path)))) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    cpSync(join(root, path), join(clone, path));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly stderr: () => string;
}

/** `npm start`, until it prints its address. */
function start(): Promise<Started> {
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: clone,
    env: { ...process.env, npm_config_cache: join(folder, "cache") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("close", (status) => reject(new Error(`ended with ${status}\n${stdout}\n${stderr}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      const url = /^serving {2}(\S+)$/m.exec(stdout)?.[1];
      if (url !== undefined) resolve({ child, url, stderr: () => stderr });
    });
  });
}

async function stop({ child }: Started): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.kill("SIGINT");
  return ended;
}

test("npm start installs, builds, evaluates and serves; a second start reuses both", async () => {
  const first = await start();
  expect(first.stderr()).toContain("probity: installing the locked packages");
  expect(first.stderr()).toContain("probity: building");
  const memo = await (await fetch(first.url)).text();
  expect(memo).toBe(readFileSync(join(clone, "out/breast-recurrence/committee/memo.html"), "utf8"));
  expect(await stop(first)).toBe(0);

  const second = await start();
  expect(second.stderr()).not.toContain("installing");
  expect(second.stderr()).not.toContain("building");
  expect(await (await fetch(second.url)).text()).toBe(memo);
  expect(await stop(second)).toBe(0);
});
