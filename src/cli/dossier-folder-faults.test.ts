import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { prepareOut, recover, stageFolder, writeDossierFolder } from "./dossier-folder.ts";

/** Called before each change of the disk; may throw in its place. */
const disk = vi.hoisted(() => ({ before: (_name: string): void => {} }));

vi.mock("node:fs", async (load) => {
  const real = await load<typeof import("node:fs")>();
  const changing = (name: "mkdirSync" | "renameSync" | "rmSync") => ({
    [name]: (...args: unknown[]) => {
      disk.before(name);
      return (real[name] as (...given: unknown[]) => unknown)(...args);
    },
  });
  return { ...real, ...changing("mkdirSync"), ...changing("renameSync"), ...changing("rmSync") };
});

vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      disk.before("open");
      const file = await real.open(...args);
      const { writeFile, sync, close } = file;
      return Object.assign(file, {
        writeFile: async (content: string) => {
          // What a full disk leaves: a part of the file.
          await writeFile.call(file, content.slice(0, content.length / 2));
          disk.before("writeFile");
          await writeFile.call(file, content.slice(content.length / 2));
        },
        sync: async () => {
          disk.before("sync");
          return sync.call(file);
        },
        close: async () => {
          await close.call(file);
          disk.before("close");
        },
      });
    },
  };
});

/** Without faults, for what the test itself does. */
const fs = await vi.importActual<typeof import("node:fs")>("node:fs");

let folder: string;
let outDir: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "probity-faults-"));
  outDir = join(folder, "study");
});
afterEach(() => {
  disk.before = () => {};
  fs.rmSync(folder, { recursive: true, force: true });
});

const dossier = (word: string) =>
  new Map(["team/dossier.json", "committee/memo.html"].map((path) => [path, `${word} `.repeat(1_000)]));

/** "old" or "new" where the folder holds one of them whole and nothing else, "nothing" where it is not there. */
function held(): string {
  if (!fs.existsSync(outDir)) return "nothing";
  const found = fs
    .readdirSync(outDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [`${parentPath}/${name}`.slice(outDir.length + 1), parentPath, name])
    .map(([path, parent, name]) => [path!, fs.readFileSync(join(parent!, name!), "utf8")] as const);
  const whole = ["old", "new"].filter((word) => {
    const wanted = [...dossier(word), ["team/rows/patients.parquet", `rows of ${word}`]];
    return JSON.stringify(wanted.sort()) === JSON.stringify([...found].sort());
  });
  return whole[0] ?? `half: ${found.map(([path]) => path).join(", ")}`;
}

async function write(word: string): Promise<void> {
  const staged = stageFolder(outDir);
  fs.mkdirSync(join(staged, "team", "rows"), { recursive: true });
  fs.writeFileSync(join(staged, "team", "rows", "patients.parquet"), `rows of ${word}`);
  await writeDossierFolder({ outDir, files: dossier(word), staged });
}

/** The names of the changes that a write makes, in order. */
async function changes(): Promise<string[]> {
  const names: string[] = [];
  disk.before = (name) => void names.push(name);
  await write("new");
  disk.before = () => {};
  return names;
}

const failure = (code: string) => Object.assign(new Error(`${code}: as told`), { code });

describe.each(["ENOSPC", "EIO"])("%s", (code) => {
  describe.each(["once", "from then on"])("%s", (how) => {
    test.each(["old", "nothing"])("at any change, with %s before: whole or not at all", async (before) => {
      const names = await changes();
      expect(names.length).toBeGreaterThan(15);
      for (let failing = 0; failing < names.length; failing++) {
        fs.rmSync(outDir, { recursive: true, force: true });
        if (before === "old") await write("old");
        let done = 0;
        disk.before = () => {
          const isFailing = how === "once" ? done === failing : done >= failing;
          done += 1;
          if (isFailing) throw failure(code);
        };
        const error: unknown = await write("new").then(
          () => undefined,
          (reason: unknown) => reason,
        );
        disk.before = () => {};
        const where = `change ${failing}, ${names[failing]}`;
        if (error === undefined) expect(held(), where).toBe("new");
        else expect(error, where).toMatchObject({ code: "out-not-writable" });
        // Between the two renames the disk refuses to take the first one back: the next run does.
        if (how === "from then on" && before === "old" && held() === "nothing") recover(outDir);
        if (error !== undefined) expect(["new", before], where).toContain(held());
        if (error !== undefined && how === "once") expect(held(), where).toBe(before);
        prepareOut(outDir);
        await write("new");
        expect(held()).toBe("new");
        expect(fs.readdirSync(folder), where).toEqual(["study"]);
      }
    });
  });
});

test("a run that was killed under this very process number is finished", async () => {
  await write("new");
  fs.renameSync(outDir, join(folder, `.study.ready-${process.pid}`));
  fs.mkdirSync(join(folder, `.study.previous-${process.pid}`));
  prepareOut(outDir);
  expect(held()).toBe("new");
  expect(fs.readdirSync(folder)).toEqual(["study"]);
});
