import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compareReferences } from "../../scripts/reference-difference.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const within = { relative: 1e-12, absolute: 0 };

function file(expected: unknown, more: object = {}) {
  const one = { name: "one", r: "f(x)", input: { x: [1, 2] }, expected, ...more };
  return {
    generatedBy: "R version 4.2.2",
    packages: { survival: "3.5.3" },
    repeatsWithin: within,
    cases: [one],
  };
}

function differences(committed: unknown, regenerated: unknown, tolerance = within): string[] {
  const again = { ...file(regenerated), repeatsWithin: tolerance };
  return compareReferences(
    { "a.json": { ...file(committed), repeatsWithin: tolerance } },
    { "a.json": again },
  ).differences;
}

test("equal files have no difference, and every case counts", () => {
  const a = { "a.json": file({ coef: [1, null, "NaN"] }), "b.json": file(0.5) };
  expect(compareReferences(a, structuredClone(a))).toEqual({
    cases: 2,
    regenerated: 2,
    differences: [],
    notes: [],
  });
});

test("a number differs beyond the tolerance, relative or absolute, and is shown with both values", () => {
  expect(differences({ coef: [2] }, { coef: [2 * (1 + 5e-13)] })).toEqual([]);
  expect(differences({ coef: [2] }, { coef: [2.002] })).toEqual([
    "a.json: one: expected.coef[0]: committed 2, R 2.002, relative difference 1.0e-3",
  ]);
  expect(differences(1e-16, -2e-16)).toHaveLength(1);
  expect(differences(1e-16, -2e-16, { relative: 0, absolute: 1e-15 })).toEqual([]);
  expect(differences(0, 0.1)).toHaveLength(1);
});

test("a missing value, an infinity, a longer list and another shape are differences", () => {
  expect(differences([1, null], [1, 0])).toEqual(["a.json: one: expected[1]: committed null, R 0"]);
  expect(differences(["Infinity"], ["-Infinity"])).toHaveLength(1);
  expect(differences([1, 2], [1, 2, 3])).toEqual(["a.json: one: expected[2]: committed undefined, R 3"]);
  expect(differences({ c: 1 }, { c: 1, se: 2 })).toHaveLength(1);
  expect(differences([1], { 0: 1 })).toHaveLength(1);
  expect(differences(Array(30).fill(1), Array(30).fill(2))).toHaveLength(21);
});

test("another call, input, name or file is a difference; another version is a note", () => {
  const { cases, regenerated, differences, notes } = compareReferences(
    {
      "a.json": file(1),
      "b.json": file(1),
      "c.json": file(1),
      "d.json": file(1),
      "e.json": { ...file(1), generatedBy: "R version 4.1.0" },
    },
    {
      "a.json": file(1, { r: "g(x)" }),
      "b.json": file(1, { input: { x: [1, 3] } }),
      "c.json": file(1, { name: "two" }),
      "e.json": file(1),
      "f.json": file(1),
    },
  );
  expect(differences).toEqual([
    "a.json: one: r: committed f(x), R g(x)",
    "b.json: one: input.x[1]: committed 2, R 3, relative difference 3.3e-1",
    "c.json: one: no script of R computes it",
    "c.json: two: not committed",
    "d.json: no script of R writes it",
    "f.json: R wrote it, but it is not committed",
  ]);
  expect({ cases, regenerated }).toEqual({ cases: 5, regenerated: 3 });
  expect(notes).toEqual(["R: committed with R version 4.1.0, here R version 4.2.2"]);
});

function runReference(args: string[], path = process.env.PATH) {
  return spawnSync(process.execPath, ["scripts/reference.mjs", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
}

test("without Rscript it exits 2 and says what to install", () => {
  const folder = mkdtempSync(join(tmpdir(), "probity-no-r-"));
  try {
    const { status, stderr } = runReference([], folder);
    expect(stderr).toBe(
      "probity: error: Rscript is not installed\n" +
        "probity: hint: apt-get install r-base-core r-cran-survival r-cran-cmprsk r-cran-proc " +
        "r-cran-riskregression r-cran-prodlim r-cran-hmisc r-cran-spc r-cran-survey r-cran-mvtnorm r-cran-rms\n",
    );
    expect(status).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("without a package it exits 2 and names the Debian package alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "probity-no-cmprsk-"));
  try {
    writeFileSync(join(folder, "Rscript"), "#!/bin/sh\nprintf 'cmprsk Hmisc'\n", { mode: 0o755 });
    const { status, stderr } = runReference([], folder);
    expect(stderr).toBe(
      "probity: error: R is without cmprsk, Hmisc\n" +
        "probity: hint: apt-get install r-cran-cmprsk r-cran-hmisc\n",
    );
    expect(status).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a script that is not there is refused with the names of those that are", () => {
  const { status, stderr } = runReference(["coxx"]);
  expect(status).toBe(2);
  expect(stderr).toContain("no script coxx in reference/");
  expect(stderr).toContain("there are binary-clusters, binary, clustered, competing, contrasts, cox, ");
});
