import type { DuplicatesRequest } from "./intake/find-duplicates.ts";
import type { SessionOptions } from "./session.ts";
import type { Store } from "./store.ts";
import type { ViewRequest } from "./views/view-run.ts";

/** What the parent asks of the child: first `open`, then methods of the store; or something that needs no store. */
export type Call =
  | { readonly method: "runView"; readonly request: ViewRequest }
  | { readonly method: "findDuplicates"; readonly request: DuplicatesRequest }
  | { readonly method: "open"; readonly options: SessionOptions }
  | { readonly method: keyof Store; readonly request?: unknown };

export interface ProblemReply {
  readonly code: string;
  readonly message: string;
  readonly where?: string;
  readonly hint?: string;
  readonly others?: readonly string[];
}

export type Reply =
  | { readonly value: unknown }
  | { readonly problem: ProblemReply }
  | { readonly error: { readonly message: string; readonly stack: string } };
