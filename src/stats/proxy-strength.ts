import { assertBinary, assertCodes, assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { clusteredAuc } from "./clustered-auc.ts";
import { contingencyTest } from "./contingency.ts";
import { aucDeLong } from "./delong.ts";
import { type FoldedAuc, foldedAuc } from "./folded-auc.ts";
import { dealtFolds, type Folds } from "./folds.ts";
import { logisticRegression } from "./logistic.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { levelsByTenths } from "./numbers-as-levels.ts";
import type { Limits } from "./proportion.ts";
import { type LevelledInput, levelScores } from "./proxy-scores.ts";
import type { Random } from "./random.ts";

/** An input that may stand in for a protected attribute. */
export type ProxyInput =
  | { readonly kind: "number"; readonly values: Float64Array }
  | ({ readonly kind: "levels" } & LevelledInput);

export interface ProxyRows {
  readonly inputs: readonly ProxyInput[];
  /** 1 for a member of the group, 0 for others; a protected attribute of several levels is asked level by level. */
  readonly member: Uint8Array;
  /** Patient of a row, where patients have several. */
  readonly cluster?: Uint32Array;
  readonly level?: number;
}

/** How well one input tells the group from others. */
export interface ProxyStrength {
  /** Cross-validated, so that many rare levels do not pass for knowledge: ½ says nothing about the group. */
  readonly crossValidated: FoldedAuc | NotEstimable;
  /** Of each row the chance of the group at its level, from other folds: a proxy for `proxyGap`. */
  readonly chance: Float64Array;
  /** Of a number: the AUC of higher values in the group, below ½ where they are lower, and 2 AUC − 1. */
  readonly ordered?: (Limits & { readonly auc: number; readonly somersD: number }) | NotEstimable;
  /** Of levels, both corrected for chance and 0 at least. */
  readonly association?: { readonly cramersV: number; readonly uncertainty: number } | NotEstimable;
}

export interface Proxies {
  /** In the order of the inputs. */
  readonly inputs: readonly ProxyStrength[];
  /** All inputs together. */
  readonly joint: FoldedAuc | NotEstimable;
}

/** A normal prior for each coefficient, of one over the standard deviation of its column. */
const ridge = { theta: 1 };

/**
 * How well inputs stand in for a group: each alone, and all together.
 *
 *     alone    AUC within folds of the log odds of the group at the input's level, from the other folds (`levelScores`)
 *     joint    the same of a logistic regression on those log odds of all inputs, fitted to the other folds
 *
 * Numbers are levels by their tenths (`levelsByTenths`). Beside it: for a number DeLong's AUC (`clusteredAuc` with clusters) and Somers' D; for
 * levels `levelAssociation`. Folds hold whole clusters and are dealt by `random`. Not estimable: fewer members or others than
 * folds. No inputs, codes beyond the levels and a value that is not finite are a ContractError.
 *
 * Reference: Chen, Kallus, Mao, Svacha & Udell (2019), FAT*, 339–348, doi:10.1145/3287560.3287594; Micci-Barreca (2001), ACM
 * SIGKDD Explorations 3(1), 27–32, doi:10.1145/507533.507538 (levels as log odds). Checked against: R pROC::ci.auc and the
 * formulas in R (test/reference/proxies.json).
 */
export function proxyStrength({
  inputs,
  member,
  cluster,
  level = 0.95,
  nFolds = 5,
  random,
}: ProxyRows & { readonly nFolds?: number; readonly random: Random }): Proxies | NotEstimable {
  assertInputs({ inputs, member, ...(cluster && { cluster }) });
  const folds = dealtFolds(member, { nFolds, random, ...(cluster && { cluster }) });
  if (isNotEstimable(folds)) return folds;
  const levelled = inputs.map(levelsOf);
  const judged = { event: member, folds, level, ...(cluster && { cluster }) };
  return {
    inputs: inputs.map((input, j) => {
      const score = levelScores(levelled[j]!, member, { folds });
      return {
        crossValidated: foldedAuc({ score, ...judged }),
        chance: score.map((logOdds) => 1 / (1 + Math.exp(-logOdds))),
        ...(input.kind === "number"
          ? { ordered: orderedAuc(input.values, { member, level, ...(cluster && { cluster }) }) }
          : { association: levelAssociation(input, member) }),
      };
    }),
    joint: foldedAuc({ score: jointScores(levelled, member, folds), ...judged }),
  };
}

/**
 * Association of an input's levels with a group, corrected for what as many levels show by chance.
 *
 *     V = √(φ̃²/min(r̃ − 1, c̃ − 1)),   φ̃² = max(0, χ²/n − (r − 1)/(n − 1)),   r̃ = r − (r − 1)²/(n − 1),  c̃ = 2 − 1/(n − 1)
 *     U = max(0, I − (r − 1)/(2 n)) / H,   I the mutual information, H the entropy of the group, both of observed shares
 *
 * r levels that occur. V is 1 and U is 1 where the level tells the group. Not estimable:
 * one level, or one group.
 *
 * Reference: Bergsma (2013), Journal of the Korean Statistical Society 42, 323–328, doi:10.1016/j.jkss.2012.10.002; Theil
 * (1970), American Journal of Sociology 76, 103–154, doi:10.1086/224909; Miller (1955), in Information Theory in Psychology,
 * 95–100. Checked against: the formulas in R (test/reference/proxies.json).
 */
export function levelAssociation(
  { code, nLevels }: LevelledInput,
  member: Uint8Array,
): { readonly cramersV: number; readonly uncertainty: number } | NotEstimable {
  assertSameLength({ code, member });
  const counts = Array.from({ length: nLevels }, () => [0, 0]);
  code.forEach((own, i) => {
    counts[own]![member[i]!]!++;
  });
  const table = counts.filter(([a, b]) => a! + b! > 0);
  const found = contingencyTest(table);
  if (isNotEstimable(found)) return { notEstimable: table.length < 2 ? "one level" : "one group" };
  const [n, r] = [code.length, table.length];
  const phi = Math.max(0, found.chiSquare / n - (r - 1) / (n - 1));
  const least = Math.min(r - (r - 1) ** 2 / (n - 1), 2 - 1 / (n - 1)) - 1;
  const entropy = (shares: readonly number[]) =>
    shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  const share = (cells: readonly number[]) => cells.map((count) => count / n);
  const ofGroup = entropy(share([0, 1].map((g) => table.reduce((sum, row) => sum + row[g]!, 0))));
  const ofLevels = entropy(share(table.map(([a, b]) => a! + b!)));
  const information = ofGroup + ofLevels - entropy(share(table.flat()));
  return {
    cramersV: least > 0 ? Math.min(1, Math.sqrt(phi / least)) : 0,
    uncertainty: Math.min(1, Math.max(0, information - (r - 1) / (2 * n)) / ofGroup),
  };
}

function orderedAuc(
  score: Float64Array,
  of: { readonly member: Uint8Array; readonly level: number; readonly cluster?: Uint32Array },
): (Limits & { readonly auc: number; readonly somersD: number }) | NotEstimable {
  const { member, level, cluster } = of;
  const found = cluster
    ? clusteredAuc({ score, event: member, cluster, level })
    : aucDeLong(score, member, level);
  if (isNotEstimable(found)) return found;
  const { auc, lower, upper } = found;
  return { auc, somersD: 2 * auc - 1, lower, upper };
}

function levelsOf(input: ProxyInput): LevelledInput {
  return input.kind === "levels" ? input : levelsByTenths(input.values);
}

/** Of each row by the model that was fitted to the other folds. */
function jointScores(inputs: readonly LevelledInput[], member: Uint8Array, folds: Folds): Float64Array {
  const score = new Float64Array(member.length);
  for (let k = 0; k < folds.n; k++) {
    const columns = inputs.map((input) => levelScores(input, member, { folds, without: k }));
    const fitted = Uint32Array.from(member.keys()).filter((row) => folds.of[row] !== k);
    const pick = (column: Float64Array) => Float64Array.from(fitted, (row) => column[row]!);
    const used = columns.filter((column) => fitted.some((row) => column[row] !== column[fitted[0]!]));
    const { coefficients } = logisticRegression({
      event: Uint8Array.from(fitted, (row) => member[row]!),
      covariates: used.map(pick),
      ridge,
    });
    member.forEach((_, row) => {
      if (folds.of[row] !== k) return;
      score[row] = used.reduce((sum, column, j) => sum + coefficients[j + 1]! * column[row]!, 0);
    });
  }
  return score;
}

function assertInputs({ inputs, member, cluster }: ProxyRows): void {
  assertBinary({ member });
  if (inputs.length === 0) throw new ContractError("no inputs");
  inputs.forEach((input, j) => {
    const name = `input ${j}`;
    const column = input.kind === "number" ? input.values : input.code;
    assertSameLength({ member, [name]: column, ...(cluster && { cluster }) });
    if (input.kind === "number") assertFinite({ [name]: input.values });
    else assertCodes(name, input.code, { n: input.nLevels, what: "levels" });
  });
}
