import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { probity } from "./evaluate.ts";
import { copyStudy, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const inPlace: readonly [string, (path: string) => void][] = [
  ["a pipe", (path) => void execFileSync("mkfifo", [path])],
  ["a link to a device without end", (path) => symlinkSync("/dev/zero", path)],
  ["a folder", (path) => mkdirSync(path)],
  ["a link to nothing", (path) => symlinkSync("nowhere", path)],
  ["a link to itself", (path) => symlinkSync(path, path)],
];
const lock = (study: string) => probity(["lock", study, "--by", "Ana Ruiz"]);
let made = 0;
const fresh = () => {
  const study = copyStudy(join(folder.path, String(made++)), { withoutDevelopment: true, unlocked: true });
  rmSync(join(study, "receipts"), { recursive: true });
  return study;
};

describe.each(inPlace)("%s", (_name, put) => {
  test("in the place of the protocol is not read", async () => {
    const study = fresh();
    rmSync(join(study, "protocol.yaml"));
    put(join(study, "protocol.yaml"));
    const { code, stderr } = await lock(study);
    expect(code).toBe(2);
    expect(stderr).toContain("holds no protocol.yaml");
  });

  test("among the receipts is not read", async () => {
    const study = fresh();
    mkdirSync(join(study, "receipts"));
    put(join(study, "receipts", "0001-lock.json"));
    const { code, stderr } = await lock(study);
    expect(code).toBe(2);
    expect(stderr).toContain("receipts/0001-lock.json: the receipt is a link, or no file");
  });
});

test("a link or a file in the place of the receipts' folder takes no receipt elsewhere", async () => {
  const [linked, filed] = [fresh(), fresh()];
  expect((await lock(linked)).code).toBe(0);
  renameSync(join(linked, "receipts"), join(folder.path, "elsewhere"));
  symlinkSync(join(folder.path, "elsewhere"), join(linked, "receipts"));
  writeFileSync(join(filed, "receipts"), "");
  for (const study of [linked, filed]) {
    const { code, stderr } = await probity(["evaluate", study, "--out", join(folder.path, "none")]);
    expect(code).toBe(2);
    expect(stderr).toContain("receipts: the receipt folder is a link, or no folder");
  }
});
