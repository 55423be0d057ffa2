import type { Finding } from "../evidence/finding.ts";
import type { Requirement } from "../evidence/requirement.ts";
import type { Trail } from "../evidence/trail.ts";
import type { Verdict } from "../evidence/verdict.ts";
import type { Protocol } from "../protocol/index.ts";
import type { EstimateBook } from "./estimate-book.ts";

/** What the words of the memo are made from. */
export interface MemoInputs {
  readonly protocol: Protocol;
  readonly protocolSha256: string;
  readonly trail: Trail;
  readonly asOf: string;
  readonly horizon: string;
  readonly book: EstimateBook;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly requirements: readonly Requirement[];
}
