import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dossier } from "../evidence/dossier.ts";

const packageRoot = join(import.meta.dirname, "../..");

/** What the numbers were made from: inputs, protocol, code, locked dependencies, seed. Nothing of this machine. */
export function manifest(
  dossier: Dossier,
  {
    nDraws,
    rows,
    pages,
  }: {
    readonly nDraws: number;
    readonly rows: readonly { readonly name: string; readonly sha256: string; readonly rows: number }[];
    /** Of the team's half. */
    readonly pages: readonly { readonly name: string; readonly sha256: string }[];
  },
) {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    version: string;
  };
  const lock = join(packageRoot, "package-lock.json");
  return {
    format: "probity-manifest/1",
    protocol: { name: "protocol.yaml", sha256: dossier.protocolSha256 },
    inputs: dossier.files.map(({ name, bytes, sha256, rows: nRows }) => ({
      name,
      bytes,
      sha256,
      rows: nRows,
    })),
    rows: rows.map(({ name, sha256, rows: nRows }) => ({ name: `rows/${name}`, sha256, rows: nRows })),
    pages,
    code: { name: "probity", version, node: process.versions.node.split(".")[0] },
    // An installed package has no lock file of its own; then its version stands for its dependencies.
    lock: existsSync(lock) ? createHash("sha256").update(readFileSync(lock)).digest("hex") : null,
    seed: dossier.seed,
    bootstrapDraws: nDraws,
    asOf: dossier.asOf,
  };
}
