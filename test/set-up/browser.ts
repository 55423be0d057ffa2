import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";

/** How to launch the browser of this machine; found once, used by test/browser/browser.ts. */
export interface BrowserLaunch {
  readonly executablePath?: string;
  readonly channel?: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

declare module "vitest" {
  export interface ProvidedContext {
    browserLaunch: BrowserLaunch;
  }
}

/**
 * The package's own settings look for fonts in fixed folders and find none. With this one font for all that a
 * page does not embed, text takes the same room on every machine.
 */
const fontSettings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">font-cache</cachedir>
</fontconfig>
`;

const flags = ["--no-sandbox", "--headless=shell"];

export default async function setUp(project: TestProject): Promise<void> {
  const failures: string[] = [];
  for (const candidate of await candidates()) {
    try {
      const browser = await chromium.launch({
        ...candidate,
        args: [...candidate.args],
        env: environment(candidate),
      });
      await browser.close();
      project.provide("browserLaunch", candidate);
      return;
    } catch (error) {
      failures.push(`${candidate.executablePath ?? candidate.channel}: ${String(error).split("\n")[0]}`);
    }
  }
  throw new Error(
    `no browser could be started, so the browser tests cannot run:\n${failures.join("\n")}\n` +
      "On Linux x64 the browser comes with npm ci; elsewhere install Google Chrome or Microsoft Edge.",
  );
}

export function environment(launch: BrowserLaunch): Record<string, string> {
  return { ...(process.env as Record<string, string>), ...launch.env };
}

async function candidates(): Promise<BrowserLaunch[]> {
  if (process.platform === "linux" && process.arch === "x64") return [await unpackedChromium()];
  const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].filter((path) => existsSync(path));
  return [
    ...["chrome", "msedge"].map((channel) => ({ channel, args: [], env: {} })),
    ...installed.map((executablePath) => ({ executablePath, args: flags, env: {} })),
  ];
}

/**
 * The Chromium that npm installed, unpacked once per version under .cache. The package unpacks into the
 * temporary folder of the process and adds its own system libraries only where it believes to run on Lambda.
 */
async function unpackedChromium(): Promise<BrowserLaunch> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { version } = createRequire(import.meta.url)("../../node_modules/@sparticuz/chromium/package.json");
  const folder = join(root, ".cache", `chromium-${version}`);
  if (!existsSync(folder)) {
    const unpacking = `${folder}.${process.pid}`;
    mkdirSync(unpacking, { recursive: true });
    await unpackInto(unpacking);
    writeFileSync(join(unpacking, "fonts", "fonts.conf"), fontSettings);
    moveInto(unpacking, folder);
  }
  return {
    executablePath: join(folder, "chromium"),
    args: flags,
    env: {
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_PATH: join(folder, "fonts"),
      XDG_CACHE_HOME: folder,
    },
  };
}

async function unpackInto(folder: string): Promise<void> {
  const before = { ...process.env };
  process.env.TMPDIR = folder;
  process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs20.x";
  try {
    const { default: packed } = await import("@sparticuz/chromium");
    await packed.executablePath();
  } finally {
    for (const name of ["TMPDIR", "AWS_EXECUTION_ENV", "LD_LIBRARY_PATH", "FONTCONFIG_PATH"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/** Another process may have been quicker; its folder is as good. */
function moveInto(unpacked: string, folder: string): void {
  try {
    renameSync(unpacked, folder);
  } catch (error) {
    rmSync(unpacked, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
