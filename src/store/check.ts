/** One thing that a verifier looked at. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
  /** What is wrong, where it does not hold. */
  readonly fault?: string;
}

/** Everything that was looked at, and what nobody can know from it. */
export interface Verified {
  readonly kind: "pack" | "dossier" | "ledger";
  readonly intact: boolean;
  readonly checks: readonly Check[];
  readonly notProven: readonly string[];
  /** Whose signature is missing, and who rejects this dossier or rejected one before it. */
  readonly signing?: readonly string[];
  /** What the ledger holds on the same study beside this dossier: no fault, and nothing that a page of it says. */
  readonly beside?: readonly string[];
  readonly ledger?: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly vkey: string;
    /** Records under a checkpoint, from the first; absent: all of them. */
    readonly covered?: number;
  };
}

/** Collects checks in their order. */
export class Checks {
  readonly #all: Check[] = [];

  /** Notes what was looked at; `fault` is undefined where it holds. Returns whether it does. */
  add(what: string, fault: string | undefined): boolean {
    this.#all.push(fault === undefined ? { what, holds: true } : { what, holds: false, fault });
    return fault === undefined;
  }

  get all(): readonly Check[] {
    return this.#all;
  }

  get intact(): boolean {
    return this.#all.every(({ holds }) => holds);
  }
}

/** For a check that holds or does not: its fault, or undefined. */
export function unless(holds: boolean, fault: string): string | undefined {
  return holds ? undefined : fault;
}
