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
