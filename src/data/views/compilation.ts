import { Problem } from "../../evidence/problem.ts";
import type { FhirTypes } from "../fhir-types.ts";
import { fhirTypes } from "../fhir-types.ts";
import { identifier, literal, type Sql, sql } from "../sql.ts";
import type { PathPlace, PathTree } from "./fhirpath-tree.ts";
import type { View } from "./read-view.ts";
import type { ViewConstant } from "./view-schema.ts";

/** What a running query found in the data that the view does not allow for. */
export interface RunFault {
  readonly code: string;
  readonly message: string;
  readonly where: string;
  readonly hint: string;
}

const faultMark = "probity-view-fault";

/** The state of one compilation: names given so far, and what may go wrong when the query runs. */
export class Compilation {
  readonly types: FhirTypes = fhirTypes();
  readonly view: View;
  readonly constants: ReadonlyMap<string, ViewConstant>;
  /** How deep a repeat may go. */
  readonly depth: number;
  readonly faults: RunFault[] = [];
  /** Whether a decimal's digits must be those of the file: 1.10 is another value than 1.1 to a boundary. */
  needsDigits = false;
  /** Elements that a path names and FHIR does not have: refused, or nothing there. */
  unknownElements: "refused" | "nothing" = "refused";
  #place: PathPlace = () => "";
  #character = 0;
  #nVariables = 0;

  constructor(view: View, depth: number) {
    this.view = view;
    this.depth = depth;
    this.constants = new Map((view.constant ?? []).map((constant) => [constant.name, constant]));
  }

  /** Faults found from here on lie in this path. */
  enter(place: PathPlace): void {
    this.#place = place;
    this.#character = 0;
  }

  /** Faults found while compiling the part lie at its start. */
  at<T>({ span }: PathTree, compile: () => T): T {
    const before = this.#character;
    this.#character = span.start;
    const result = compile();
    this.#character = before;
    return result;
  }

  get where(): string {
    return this.#place(this.#character);
  }

  /** A name of ours for an argument of a lambda. */
  variable(): Sql {
    this.#nVariables += 1;
    return identifier(`_${this.#nVariables}`);
  }

  /** Uses a value several times and computes it once. */
  named(value: Sql, use: (name: Sql) => Sql): Sql {
    if (/^(?:"\w+"\.)*"\w+"$/.test(value.sql)) return use(value);
    const name = this.variable();
    return sql`list_transform([${value}], lambda ${name}: ${use(name)})[1]`;
  }

  /** SQL that ends the run with this Problem. */
  fault(code: string, message: string, hint: string): Sql {
    this.faults.push({ code, message, where: this.where, hint });
    return sql`error(${literal(`${faultMark}-${this.faults.length - 1}`)})`;
  }

  typeProblem(message: string, hint = "docs/views.md shows what goes with what"): Problem {
    return new Problem("view-path-type", message, { where: this.where, hint });
  }

  unsupported(message: string, hint: string): Problem {
    return new Problem("view-unsupported", message, { where: this.where, hint });
  }
}

/** The fault that the engine's message names. */
export function faultOf(message: string, faults: readonly RunFault[]): RunFault | undefined {
  const found = new RegExp(`^Invalid Input Error: ${faultMark}-(\\d+)$`).exec(message.trim());
  return found === null ? undefined : faults[Number(found[1])];
}
