import { describe, expect, test } from "vitest";
import { createFile, openVault } from "../../src/ledger/index.ts";
import { CrashDisk, failure, type Survival } from "./crash-disk.ts";

const path = "/study/receipt.json";
const bytes = Buffer.from("r".repeat(3_000));

async function disk(): Promise<CrashDisk> {
  const made = Object.assign(new CrashDisk(), { shortWrite: 700 });
  await made.makeFolder("/study");
  await made.syncFolder("/");
  return made;
}

/** Nothing under the name, or all of it. */
async function contentOf(at: CrashDisk): Promise<Buffer | undefined> {
  const there = (await at.list("/study")).includes("receipt.json");
  return there ? at.content(path) : undefined;
}

async function operationsOf(): Promise<number> {
  const healthy = await disk();
  let operations = 0;
  healthy.after = () => {
    operations += 1;
  };
  await createFile(healthy, path, bytes);
  expect(await healthy.list("/study")).toEqual(["receipt.json"]);
  return operations;
}

describe.each(["ENOSPC", "EIO"])("%s at any operation", (code) => {
  test("leaves a whole file or none, and a second attempt succeeds or finds it whole", async () => {
    for (let failing = 1; failing <= (await operationsOf()); failing++) {
      const failed = await disk();
      let operations = 0;
      failed.before = ({ path }) => {
        operations += 1;
        if (operations >= failing) throw failure(code, path);
      };
      await createFile(failed, path, bytes).catch((error) => expect(error).toMatchObject({ code }));
      failed.before = () => {};
      const left = await contentOf(failed);
      if (left === undefined) await createFile(failed, path, bytes);
      else await expect(createFile(failed, path, bytes)).rejects.toMatchObject({ code: "EEXIST" });
      expect(await contentOf(failed), `operation ${failing}`).toEqual(bytes);
    }
  });
});

const survivals: readonly Survival[] = [
  { names: (n) => Array(n).fill(true), write: () => "none", truncate: () => false },
  { names: (n) => Array(n).fill(true), write: () => ({ first: 100 }), truncate: () => false },
  { names: (n) => Array(n).fill(true), write: () => "length", truncate: () => false },
  { names: (n) => Array(n).fill(false), write: () => "all", truncate: () => true },
  {
    names: (n) => Array.from({ length: n }, (_, i) => i % 2 === 1),
    write: () => "none",
    truncate: () => true,
  },
];

test("a power loss after any operation leaves a whole file or none, and the whole one once it is confirmed", async () => {
  for (const keep of survivals) {
    const lost = await disk();
    const images: CrashDisk[] = [];
    lost.after = () => void images.push(lost.image(keep));
    await createFile(lost, path, bytes);
    expect(images.length).toBe(await operationsOf());
    for (const image of images) expect([undefined, bytes]).toContainEqual(await contentOf(image));
    expect(await contentOf(lost.image(keep))).toEqual(bytes);
  }
});

test("a name that is taken is not replaced, also where there are no second names", async () => {
  for (const hasLinks of [true, false]) {
    const taken = await disk();
    if (!hasLinks) taken.link = async (_, to) => Promise.reject(failure("EPERM", to));
    await createFile(taken, path, bytes);
    await expect(createFile(taken, path, Buffer.from("other"))).rejects.toMatchObject({ code: "EEXIST" });
    expect(await contentOf(taken)).toEqual(bytes);
    expect(await taken.list("/study")).toEqual(["receipt.json"]);
  }
});

test("unfinished files are swept up, also while another process does the same", async () => {
  const swept = await disk();
  for (const name of ["a.unfinished", "b.unfinished"]) await swept.open(`/study/${name}`, "create");
  const { list } = swept;
  swept.list = async (folder) => {
    const names = await list.call(swept, folder);
    if (names.includes("a.unfinished")) await swept.unlink("/study/a.unfinished");
    return names;
  };
  await openVault({ folder: "/study", fileSystem: swept });
  expect(await swept.list("/study")).toEqual([]);
});
