import { closeSync, fsyncSync, lstatSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { lintProtocol } from "../protocol/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { asWriteProblem, makeFolder } from "./make-folder.ts";
import { nextCommand } from "./next-command.ts";
import { displayPath } from "./protocol-file.ts";
import type { Surroundings } from "./surroundings.ts";
import { findTemplate, type Template, templates } from "./templates.ts";

interface InitOptions {
  readonly template?: string;
  readonly list?: true;
  readonly json?: true;
}

/** `probity init <folder> --template <kind>` */
export function addInit(program: Command, { stdout }: Surroundings, finish: Finish): void {
  program
    .command("init")
    .description("start a study: a folder with a one-page protocol to fill in")
    .argument("[folder]", "of the new study")
    .option("--template <kind>", "the kind of study")
    .option("--list", "print the kinds of study")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  probity init studies/our-sepsis-alert --template sepsis-alert\n")
    .action((folder: string | undefined, options: InitOptions) => {
      stdout(options.list ? listed(options) : started(folder, options));
      finish(exitCodes.done);
    });
}

function listed({ json }: InitOptions): string {
  const all = templates();
  if (json) {
    const kinds = all.map(({ kind, question }) => ({ kind, question }));
    return `${JSON.stringify({ templates: kinds }, null, 2)}\n`;
  }
  const width = Math.max(...all.map(({ kind }) => kind.length));
  return all.map(({ kind, question }) => `${kind.padEnd(width)}  ${question}\n`).join("");
}

function started(folder: string | undefined, { template: kind, json }: InitOptions): string {
  const hint = "run: probity init --list";
  if (folder === undefined) {
    throw new Problem("usage", "missing required argument 'folder'", { hint });
  }
  if (kind === undefined) throw new Problem("usage", "missing required option '--template'", { hint });
  const template = findTemplate(kind);
  const path = writeProtocol(folder, template);
  const { protocol, findings } = lintProtocol(template.text, displayPath(path));
  const lines = findings.find(({ rule }) => rule === "to-supply")?.rows?.lines ?? [];
  const study = displayPath(folder);
  const files = [protocol.data.patients.file, protocol.data.predictions.file];
  const next = [
    `fill in the ${counted(lines.length, "line")} marked "# to supply", the first at ${lines[0]}`,
    nextCommand("lint", study),
    nextCommand("triage", study),
    nextCommand("lock", study),
    `put ${files.join(" and ")} into ${study}`,
    nextCommand("evaluate", study),
    `${nextCommand("acknowledge", study)}, and evaluate again to open the results`,
  ];
  if (json) {
    const created = { template: template.kind, folder: resolve(folder), protocol: resolve(path), next };
    return `${JSON.stringify(created, null, 2)}\n`;
  }
  return [
    `wrote ${displayPath(path)} from the template ${template.kind}`,
    "next:",
    ...next.map((step, index) => `  ${index + 1}. ${step}`),
    "",
  ].join("\n");
}

/** Whole or not at all, and never over a protocol that is there. */
function writeProtocol(folder: string, { text }: Template): string {
  const path = join(folder, "protocol.yaml");
  const file = inFolder(folder, () => {
    makeFolder(folder);
    return openSync(path, "wx");
  });
  try {
    inFolder(folder, () => {
      writeFileSync(file, text);
      fsyncSync(file);
    });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  inFolder(folder, () => keepLineEnds(folder));
  return path;
}

/** Hashes and receipts are of bytes: git may not change the line ends of a study. Nothing that is there is replaced. */
function keepLineEnds(folder: string): void {
  const path = join(folder, ".gitattributes");
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined)
    writeFileSync(path, "* -text\n", { flag: "wx" });
}

function inFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = "", path = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && path.endsWith("protocol.yaml")) {
      throw new Problem("study-exists", "a protocol is there already, and is not replaced", {
        where: displayPath(path),
        hint: "name another folder",
      });
    }
    throw asWriteProblem(error, { where: displayPath(folder), hint: "name another folder" });
  }
}
