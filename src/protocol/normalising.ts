import { Problem } from "../evidence/problem.ts";
import { closest } from "../evidence/suggestion.ts";
import { checkExpression } from "./expression-check.ts";
import type { Levels } from "./expression-levels.ts";
import { parseExpression } from "./expression-parser.ts";
import type { ValueType } from "./expression-tree.ts";
import type { Fault } from "./fault.ts";
import type { Rule } from "./protocol.ts";
import type { ProtocolInput } from "./schema.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The fields without those that are undefined. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

export const noneToNull = <T>(value: T | "none"): T | null => (value === "none" ? null : (value as T));

/** What an expression may name: types of all columns, and the levels of those that declare them. */
export interface KnownColumns {
  readonly types: Readonly<Record<string, ValueType>>;
  readonly levels: Levels;
}

/** The top-level fields that follow the schema, and the names of those that do not. */
export interface Sections {
  readonly accepted: Partial<ProtocolInput>;
  readonly faulty: ReadonlySet<string>;
}

/** A rule reads a section that the schema has refused, so nothing can be said by it. */
class FaultySection extends Error {}

/** A valid input on its way to a Protocol: its faults across fields are collected, not thrown. */
export class Normalising {
  readonly faults: Fault[] = [];
  readonly input: ProtocolInput;
  private readonly source: YamlSource;

  constructor({ accepted, faulty }: Sections, source: YamlSource) {
    this.input = new Proxy(accepted as ProtocolInput, {
      get: (sections, name: keyof ProtocolInput) => {
        if (faulty.has(name)) throw new FaultySection(name);
        return sections[name];
      },
    });
    this.source = source;
  }

  /** Checks a part as far as it reads no faulty section. */
  attempt(part: () => unknown): void {
    try {
      part();
    } catch (error) {
      if (!(error instanceof FaultySection)) throw error;
    }
  }

  /** Fields that contradict each other. */
  contradiction(path: Path, message: string, hint: string): void {
    this.report("protocol-inconsistent", path, message, hint);
  }

  /** A name that must be one of those declared elsewhere. */
  mustBeDeclared(path: Path, name: string, kind: string, declared: readonly string[]): void {
    if (declared.includes(name)) return;
    const meant = closest(name, declared);
    const hint = meant ? `did you mean "${meant}"?` : `declared: ${declared.join(", ") || "none"}`;
    this.report("protocol-unknown-name", path, `unknown ${kind} "${name}"`, hint);
  }

  /** Parse and check a condition; its faults point at the token. Undefined where there is one. */
  condition(path: Path, text: string, { types, levels }: KnownColumns): Rule | undefined {
    let offset = this.source.offsetOf(path);
    const place = (character: number) => {
      offset = this.source.offsetInText(path, character);
      return this.source.place(offset, path);
    };
    const birthColumn = this.input.data.birth_date;
    const options = given({ expected: "boolean" as const, place, birthColumn, levels });
    try {
      const expression = checkExpression(parseExpression(text, place), types, options);
      return { text, expression };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { where, hint } = error.detail;
      this.faults.push({ code: error.code, message: error.message, where: where!, offset, hint: hint! });
      return undefined;
    }
  }

  private report(code: string, path: Path, message: string, hint: string): void {
    const offset = this.source.offsetOf(path);
    this.faults.push({ code, message, where: this.source.place(offset, path), offset, hint });
  }
}

export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object" && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
