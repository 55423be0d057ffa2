import type { Estimate } from "./estimate.ts";
import type { AttritionStep, Curve, Matrix, Table } from "./figures.ts";
import type { Finding } from "./finding.ts";
import type { Noun } from "./noun.ts";
import type { Phrase } from "./phrase.ts";
import type { Requirement, RequirementState } from "./requirement.ts";
import type { Trail } from "./trail.ts";
import type { Verdict } from "./verdict.ts";

/** What a measure means, once for all its estimates. Key: the id up to `@` or `/`. */
export interface Measure {
  readonly key: string;
  readonly name: string;
  /** One sentence. */
  readonly definition: string;
  readonly equation: string;
  /** Paper with DOI, or spec anchor. */
  readonly source: string;
}

export interface SourceFile {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Absent where a file holds no rows, as a model. */
  readonly rows?: number;
}

export interface EvidenceRow {
  readonly measure: Phrase;
  readonly base: Phrase;
  readonly estimate: string;
  /** "at least .60", or "none". */
  readonly limit: Phrase;
  /** The state of the requirement that judges it. */
  readonly state: RequirementState | "no limit set";
  readonly level: "retro" | "silent" | "prospective" | "none";
}

/** The eleven blocks of the memo, in their fixed order, as text whose numbers are still linked. */
export interface Memo {
  readonly header: {
    readonly model: string;
    readonly version: string;
    readonly site: Phrase;
    readonly dataCut: Phrase;
    readonly author: string;
    readonly protocol: string;
    readonly date: string;
    readonly state: string;
  };
  readonly decision: Phrase;
  readonly flaw: { readonly lead: string; readonly text: Phrase };
  readonly question: readonly { readonly term: string; readonly text: Phrase }[];
  /** "Set in advance" only where lock and amendments show it. */
  readonly limitHeading: "Set in advance" | "Limit";
  /** At most six. */
  readonly evidence: readonly EvidenceRow[];
  readonly also: Phrase;
  readonly data: { readonly have: Phrase; readonly gap: Phrase };
  readonly burden: { readonly cost: Phrase; readonly benefit: Phrase };
  readonly harm: readonly { readonly term: string; readonly text: Phrase }[];
  readonly papers: Phrase;
  readonly mind: readonly { readonly term: string; readonly text: Phrase }[];
  readonly dissent?: { readonly text: string; readonly by: string };
  /** Other verdicts on the study, and dossiers of it that were rejected, before this one; papers have it beside a dissent. */
  readonly before?: string;
  /** Roles that sign, in order. */
  readonly signatures: readonly string[];
}

/** Another number wherever a reader of dossiers would find fields missing or other ones. */
export const dossierFormat = "probity-dossier/3";

/** Everything the memo, the report and the browser show. Same inputs, same bytes. */
export interface Dossier {
  readonly format: typeof dossierFormat;
  readonly title: string;
  readonly model: { readonly name: string; readonly version: string };
  readonly asOf: string;
  readonly protocolSha256: string;
  readonly trail: Trail;
  readonly seed: number;
  readonly horizons: readonly string[];
  readonly primaryHorizon: string;
  readonly minimumCell: number;
  /** Absent: patients are followed to the event or the end of observation, each in one row. */
  readonly binary?: {
    /** What a row is called. */
    readonly unit: Noun;
    /** Where a patient may have several rows: fewer rows than these may be of fewer patients than `minimumCell`. */
    readonly minimumRows?: number;
  };
  readonly files: readonly SourceFile[];
  readonly verdict: Verdict;
  readonly memo: Memo;
  /** The three questions of the data report, each a list of sentences. */
  readonly quality: readonly { readonly question: string; readonly answers: readonly Phrase[] }[];
  readonly attrition: readonly AttritionStep[];
  readonly findings: readonly Finding[];
  readonly requirements: readonly Requirement[];
  readonly measures: readonly Measure[];
  readonly estimates: readonly Estimate[];
  readonly curves: readonly Curve[];
  readonly tables: readonly Table[];
  readonly matrices: readonly Matrix[];
}
