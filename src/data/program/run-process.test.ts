import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Problem } from "../../evidence/problem.ts";
import { findProgram, foldersOf } from "./find-program.ts";
import { copyProgram, programFiles } from "./program-files.ts";
import { type ProcessRequest, runProcess } from "./run-process.ts";

const folder = mkdtempSync(join(tmpdir(), "probity-program-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (n: number) => Array.from({ length: n }, (_, i) => `line ${i}`);
const request = (argv: ProcessRequest["argv"], input: Partial<ProcessRequest["input"]>): ProcessRequest => ({
  argv,
  cwd: folder,
  place: join(folder, "none"),
  path: process.env.PATH ?? "",
  seconds: 60,
  memoryMib: 256,
  input: { lines: [], nLines: 0, onLine: () => undefined, ...input },
});
async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error;
  throw error ?? new Error("expected a Problem");
}

describe("a process", () => {
  test("100,000 lines go through it and come back in order", async () => {
    const sent = lines(100_000);
    const back: string[] = [];
    const onLine = (line: string) => {
      back.push(line);
      return undefined;
    };
    await runProcess(request(["cat"], { lines: sent, nLines: sent.length, onLine }));
    expect(back).toEqual(sent);
  });

  test("one that reads nothing and gives its line has done its work", async () => {
    const run = runProcess(
      request(["sh", "-c", "echo done; echo noise >&2"], { lines: lines(100_000), nLines: 1 }),
    );
    expect(await run).toEqual({ errorBytes: 6 });
  });

  test("a last line without a line feed counts", async () => {
    await runProcess(request(["printf", "a\nb"], { nLines: 2 }));
  });

  test("one that cannot be started", async () => {
    const { code } = await problemOf(runProcess(request([join(folder, "nothing")], {})));
    expect(code).toBe("model-exit");
  });
});

describe("a sandbox that does not stand", () => {
  const asked: string[] = [];
  const secret = (function* () {
    asked.push("a row");
    yield "a patient's row";
  })();
  test.each([
    ["it ends", ["sh", "-c", "echo no namespaces >&2; exit 1"], "no namespaces"],
    ["it ends well", ["true"], "the sandbox gave no reason"],
    ["it says something else", ["sh", "-c", "echo nearly >&3"], "the sandbox gave no reason"],
    ["it is not there", [join(folder, "no-setpriv")], "setpriv and unshare of util-linux are needed"],
  ])("gets no row: %s", async (_, argv, reason) => {
    const run = runProcess(request(() => argv, { lines: secret, nLines: 1 }));
    const { code, message } = await problemOf(run);
    expect(code).toBe("model-network-open");
    expect(message).toContain(process.platform === "linux" ? reason : "on Linux alone");
    expect(asked).toEqual([]);
  });
});

describe("an interpreter", () => {
  const bin = join(folder, "tools", "bin");
  mkdirSync(join(bin, "study"), { recursive: true });
  writeFileSync(join(bin, "python"), "", { mode: 0o755 });
  writeFileSync(join(bin, "notes"), "");

  test("is found on the PATH where it may be run", async () => {
    expect(await findProgram("python", `:${join(folder, "absent")}:${bin}`)).toBe(join(bin, "python"));
    expect((await problemOf(findProgram("notes", bin))).code).toBe("model-program-missing");
  });

  test("brings the tree of its bin/, never one that holds what is hidden", async () => {
    const python = join(bin, "python");
    expect(await foldersOf(python, [])).toEqual([join(folder, "tools")]);
    expect(await foldersOf(python, [join(folder, "tools")])).toEqual([bin]);
    expect(await foldersOf(python, [join(folder, "tools", "study")])).toEqual([bin]);
    expect((await problemOf(foldersOf(python, [join(bin, "study")]))).code).toBe("model-program-place");
  });
});

describe("the files of a program", () => {
  const study = join(folder, "study");
  mkdirSync(join(study, "score", "inner"), { recursive: true });
  writeFileSync(join(study, "score", "b"), "abc");
  writeFileSync(join(study, "score", "inner", "a"), "");

  test("are listed by name with their hashes", async () => {
    // FIPS 180-2, appendix B.1, and the hash of nothing.
    expect(await programFiles(study, "score")).toEqual([
      {
        name: "score/b",
        bytes: 3,
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      },
      {
        name: "score/inner/a",
        bytes: 0,
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
    ]);
  });

  test("are copied only while they are what was hashed", async () => {
    const files = await programFiles(study, "score");
    const into = join(folder, "copy");
    mkdirSync(into);
    writeFileSync(join(study, "score", "b"), "abd");
    expect((await problemOf(copyProgram(study, { folder: "score", files }, into))).code).toBe("data-changed");
  });
});
