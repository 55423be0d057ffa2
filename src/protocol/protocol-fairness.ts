export interface FairnessRule {
  /** Variables whose groups are compared with the largest of them. */
  readonly variables: readonly string[];
  /** Differences of up to so much are accepted. */
  readonly margin: number;
  /** Chance of any false answer of one kind in the whole audit. */
  readonly errorRate: number;
}

export interface ProxyRule {
  /** Names of `data.variables`; none is protected. */
  readonly inputs: readonly string[];
  /** The AUC from which an input is called a stand-in. */
  readonly auc: number;
}

/** A search for slices in which a model errs more often than elsewhere. */
export interface SliceSearchRule {
  /** Each one of the strata. */
  readonly variables: readonly string[];
  readonly depth: number;
  /** Rows that the error can happen to, or patients with such a row. */
  readonly atLeast: number;
  readonly margin: number;
  /** For the whole search. */
  readonly errorRate: number;
}
