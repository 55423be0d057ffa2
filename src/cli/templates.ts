import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../evidence/problem.ts";
import { closest } from "../evidence/suggestion.ts";

export interface Template {
  readonly kind: string;
  /** The question that the study answers. */
  readonly question: string;
  readonly text: string;
}

const folder = join(import.meta.dirname, "../../assets/templates");
const ending = ".protocol.yaml";

/** The study kinds for which a protocol is drafted, by name. */
export function templates(): readonly Template[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const question = /^# (.*?\?)/.exec(text)?.[1];
      if (question === undefined) throw new Error(`the template ${name} does not begin with its question`);
      return { kind: name.slice(0, -ending.length), question, text };
    });
}

export function findTemplate(kind: string): Template {
  const all = templates();
  const template = all.find((one) => one.kind === kind);
  if (template) return template;
  const kinds = all.map((one) => one.kind);
  const meant = closest(kind, kinds);
  throw new Problem("option-value", `unknown template "${kind}"; expected one of ${kinds.join(", ")}`, {
    where: "--template",
    hint: meant ? `did you mean "${meant}"?` : "run: probity init --list",
  });
}
