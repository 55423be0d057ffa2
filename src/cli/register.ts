import type { Command } from "commander";
import { formatPart } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { closest } from "../evidence/suggestion.ts";
import {
  fieldsOf,
  hasLedger,
  parseEntry,
  type Register,
  type RegisterContent,
  recordType,
  registerContent,
  registerSummary,
  registers,
  type Workspace,
  withWorkspace,
} from "../store/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { nextCommand } from "./next-command.ts";
import { parseName, parseReason, parseWhole, workspaceOption } from "./options.ts";
import { contentText, fieldsText, kindsText } from "./register-text.ts";
import type { Surroundings } from "./surroundings.ts";
import { existingWorkspace } from "./workspace-folder.ts";

interface RegisterOptions {
  readonly by?: string;
  readonly replace?: number;
  readonly withdraw?: number;
  readonly why?: string;
  readonly fields?: true;
  readonly workspace?: string;
  readonly json?: true;
}

const empty: RegisterContent = { entries: [], withdrawn: [] };

/** `probity register [name] [field=value…]`: the lists that a committee keeps. */
export function addRegister(program: Command, surroundings: Surroundings, finish: Finish): void {
  const index = (option: string) => parseWhole(option, 0, 2_147_483_647);
  program
    .command("register")
    .description("list a register of the committee, or write an entry into it: portfolio, post-mortems, …")
    .argument("[name]", "the register; without it, all registers are listed")
    .argument("[field=value...]", "an entry to write; without it, the entries are listed")
    .option("--by <name>", "who writes the entry", parseName)
    .option("--replace <entry>", "correct this entry: the number in its first column", index("--replace"))
    .option("--withdraw <entry>", "take this entry out", index("--withdraw"))
    .option("--why <reason>", "why it is corrected or taken out, 10 to 500 characters", parseReason)
    .option("--fields", "what an entry of the register holds")
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  probity register
  probity register post-mortems
  probity register post-mortems --by "Ana Ruiz" project="sepsis alert" cause=friction owner=CMIO date=2026-10-01 \\
    reason="nurses had to type the score into a second system"
  probity register post-mortems --by "Ana Ruiz" --withdraw 12 --why "it was written twice"

Entries stay in the ledger: a correction or a withdrawal is a record of its own.`,
    )
    .action(async (name: string | undefined, typed: string[], options: RegisterOptions) => {
      const at = { folder: workspaceFor(typed, options, surroundings), clock: surroundings.clock };
      const answer =
        name === undefined
          ? await allRegisters(at)
          : options.fields
            ? fieldsAnswer(registerNamed(name), typed)
            : await oneRegister(at, registerNamed(name), typed, options);
      surroundings.stdout(options.json ? `${JSON.stringify(answer.json, null, 2)}\n` : answer.text);
      finish(exitCodes.done);
    });
}

/** A first entry may begin a ledger; who looks, corrects or takes out means one that is there. */
function workspaceFor(
  typed: readonly string[],
  { workspace, replace, withdraw }: RegisterOptions,
  surroundings: Surroundings,
): string {
  const isNewEntry = typed.length > 0 && replace === undefined && withdraw === undefined;
  return isNewEntry ? (workspace ?? surroundings.workspace) : existingWorkspace(workspace, surroundings);
}

interface Answer {
  readonly json: unknown;
  readonly text: string;
}

async function allRegisters(at: Workspace): Promise<Answer> {
  const all = [...registers.values()];
  const contents = await contentsOf(at, all);
  const json = all.map(({ name, about }, i) => ({ name, about, entries: contents[i]!.entries.length }));
  return { json, text: kindsText(all, contents) };
}

function fieldsAnswer(register: Register, typed: readonly string[]): Answer {
  if (typed.length > 0) {
    throw new Problem("option-value", "an entry is not written where its fields are asked for", {
      where: "--fields",
      hint: "leave out --fields, or the values",
    });
  }
  return {
    json: { ...register, fields: Object.fromEntries(fieldsOf(register)) },
    text: fieldsText(register),
  };
}

/** Writes what is asked for, then shows the register as it stands. */
async function oneRegister(
  at: Workspace,
  register: Register,
  typed: readonly string[],
  options: RegisterOptions,
): Promise<Answer> {
  const body = bodyAsked(register, typed, options);
  if (body !== undefined) await write(at, register, body, options.by);
  const [content = empty] = await contentsOf(at, [register]);
  const summary = registerSummary(register, content.entries);
  const numbers = summary.map((estimate) => ({ ...estimate, printed: formatPart(estimate, "both") }));
  return {
    json: { register: register.name, ...content, summary: numbers },
    text: contentText(register, content, summary),
  };
}

async function write(
  at: Workspace,
  register: Register,
  body: Readonly<Record<string, unknown>>,
  by: string | undefined,
): Promise<void> {
  if (by === undefined) throw needed("--by", "an entry says who wrote it");
  await withWorkspace(at, async ({ ledger }) => {
    if (body.replaces !== undefined)
      requireEntry(register, await registerContent(ledger, register), {
        id: Number(body.replaces),
        workspace: at.folder,
      });
    await ledger.append({ type: recordType(register), actor: by, body });
  });
}

async function contentsOf(at: Workspace, asked: readonly Register[]): Promise<readonly RegisterContent[]> {
  // Nothing is made where a person only looks.
  if (!hasLedger(at.folder)) return asked.map(() => empty);
  return withWorkspace(at, async ({ ledger }) => {
    const contents: RegisterContent[] = [];
    for (const register of asked) contents.push(await registerContent(ledger, register));
    return contents;
  });
}

/** What is to be written, or nothing where the register is only read. */
function bodyAsked(
  register: Register,
  typed: readonly string[],
  { replace, withdraw, why, by }: RegisterOptions,
): Readonly<Record<string, unknown>> | undefined {
  if (withdraw !== undefined) {
    if (replace !== undefined || typed.length > 0)
      throw new Problem("usage", "an entry is either taken out or written", { where: "--withdraw" });
    if (why === undefined) throw needed("--why", "a withdrawal has a reason");
    return { replaces: withdraw, withdrawn: true, why };
  }
  if (replace !== undefined) {
    if (why === undefined) throw needed("--why", "a correction has a reason");
    return { ...parseEntry(register, typed), replaces: replace, why };
  }
  if (why !== undefined)
    throw new Problem("usage", "--why belongs to a correction or a withdrawal", { where: "--why" });
  if (typed.length === 0 && by === undefined) return undefined;
  return parseEntry(register, typed);
}

function needed(option: string, because: string): Problem {
  return new Problem("usage", `${option} is missing: ${because}`, { where: option });
}

function registerNamed(name: string): Register {
  const register = registers.get(name);
  if (register) return register;
  const near = closest(name, [...registers.keys()]);
  throw new Problem("register-unknown", `there is no register "${name}"`, {
    hint: near === undefined ? "probity register lists them" : `did you mean "${near}"?`,
  });
}

function requireEntry(
  register: Register,
  { entries }: RegisterContent,
  { id, workspace }: { readonly id: number; readonly workspace: string },
): void {
  if (entries.some((entry) => entry.id === id)) return;
  throw new Problem("register-no-entry", `${register.name} has no entry ${id} that stands`, {
    hint: `list them: ${nextCommand("register", register.name, { workspace })}`,
  });
}
