/** A count of patients or rows, times a factor. */
export type Term = readonly [count: string, times: number];

/** What a published number says about counts: `low` ≤ Σ times · count ≤ `high`. */
export interface Fact {
  readonly terms: readonly Term[];
  readonly low: number;
  readonly high: number;
}

/** Counts by name, with their true values; `undefined` where the dossier does not say. */
export type Counts = ReadonlyMap<string, number | undefined>;

export interface CountAudit {
  /**
   * Publishes facts if no small count can then be worked out; otherwise nothing is published. `apparent`: counts that
   * are shown where they are 0, so that a reader who does not see them knows that they are not.
   */
  readonly publish: (facts: readonly Fact[], apparent?: readonly string[]) => boolean;
  readonly isSmall: (count: string) => boolean;
}

/**
 * Decides, number by number, what may be published without giving a small count away.
 *
 *     small    1 ≤ count < minimumCell
 *     exposed  every assignment of whole numbers that fits what is published leaves the count small
 *
 * Two readers are kept in mind. One knows all facts. The other knows the facts that name counts exactly, and that what
 * is hidden where 0 would be shown is at least 1; for this one a small count is exposed as soon as its upper bound
 * falls below the minimum. Bounds come from propagation to a fixed point, each
 * fact narrowing each of its counts by the bounds of the others; what does not settle is refused.
 *
 * Conventions: an identity that the true counts break is an error of ours. A fact that they break, such as a rate
 * whose weights do not keep to their bounds, teaches a reader nothing true and is left out.
 */
export function countAudit(counts: Counts, identities: readonly Fact[], minimumCell: number): CountAudit {
  const names = [...counts.keys()];
  const index = new Map(names.map((name, i) => [name, i]));
  const truth = Float64Array.from(names, (name) => counts.get(name) ?? Number.NaN);
  const linked = (fact: Fact): Link => linkOf(fact, index);
  const known = identities.map((identity) => {
    const link = linked(identity);
    if (!holds(link, truth)) throw new Error(`counts do not add up: ${identity.terms.join(" ")}`);
    return link;
  });
  const isSmall = (i: number) => truth[i]! > 0 && truth[i]! < minimumCell;
  const presence = (name: string): Link => {
    const isEmpty = counts.get(name) === 0;
    return linked({ terms: [[name, 1]], low: isEmpty ? 0 : 1, high: isEmpty ? 0 : Number.POSITIVE_INFINITY });
  };
  const everything = reader(
    known,
    names.length,
    (i, low, high) => isSmall(i) && low >= 1 && high < minimumCell,
  );
  const exactly = reader(known, names.length, (i, _low, high) => isSmall(i) && high < minimumCell);
  return {
    publish: (facts, apparent = []) => {
      const told = facts.map(linked).filter((link) => holds(link, truth));
      if (!everything.learn(told)) return false;
      const exact = told.filter(({ low, high }) => low === high);
      if (exactly.learn([...exact, ...apparent.map(presence)])) return true;
      everything.forget();
      return false;
    },
    isSmall: (count) => isSmall(index.get(count) ?? -1),
  };
}

interface Link {
  readonly at: readonly number[];
  readonly times: readonly number[];
  readonly low: number;
  readonly high: number;
}

function linkOf({ terms, low, high }: Fact, index: ReadonlyMap<string, number>): Link {
  const at = terms.map(([count]) => {
    const i = index.get(count);
    if (i === undefined) throw new Error(`no count has the name "${count}"`);
    return i;
  });
  return { at, times: terms.map(([, times]) => times), low, high };
}

const tolerance = 1e-6;

/** True also where one of the counts is not known. */
function holds({ at, times, low, high }: Link, truth: Float64Array): boolean {
  const sum = at.reduce((total, i, k) => total + times[k]! * truth[i]!, 0);
  return Number.isNaN(sum) || (sum >= low - tolerance && sum <= high + tolerance);
}

interface Reader {
  /** Takes in new facts; false, and as before, where they expose a count. */
  readonly learn: (links: readonly Link[]) => boolean;
  /** Takes the last facts learnt back. */
  readonly forget: () => void;
}

type IsExposed = (count: number, low: number, high: number) => boolean;

function reader(identities: readonly Link[], nCounts: number, isExposed: IsExposed): Reader {
  const low = new Float64Array(nCounts);
  const high = new Float64Array(nCounts).fill(Number.POSITIVE_INFINITY);
  const links: Link[] = [...identities];
  const linksOf = Array.from({ length: nCounts }, (): Link[] => []);
  const attach = (link: Link) => {
    for (const i of link.at) linksOf[i]!.push(link);
  };
  identities.forEach(attach);
  let before: { low: Float64Array; high: Float64Array; nLinks: number } | undefined;
  const forget = () => {
    if (!before) return;
    low.set(before.low);
    high.set(before.high);
    for (const link of links.splice(before.nLinks)) for (const i of link.at) linksOf[i]!.pop();
    before = undefined;
  };
  const learn = (told: readonly Link[]) => {
    before = { low: low.slice(), high: high.slice(), nLinks: links.length };
    links.push(...told);
    told.forEach(attach);
    if (settle({ low, high, linksOf, isExposed }, told)) return true;
    forget();
    return false;
  };
  return { learn, forget };
}

interface Bounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly linksOf: readonly (readonly Link[])[];
  readonly isExposed: IsExposed;
}

const mostSteps = 20_000;

/** Narrows bounds until nothing changes; false where a count is exposed, none fits, or it takes too long. */
function settle(bounds: Bounds, told: readonly Link[]): boolean {
  const queue = new Set(told);
  let steps = 0;
  for (const link of queue) {
    queue.delete(link);
    if (++steps > mostSteps) return false;
    for (const i of narrow(link, bounds)) {
      const [low, high] = [bounds.low[i]!, bounds.high[i]!];
      if (low > high || bounds.isExposed(i, low, high)) return false;
      for (const next of bounds.linksOf[i]!) queue.add(next);
    }
  }
  return true;
}

/** Narrows each count of a fact by the bounds of its others; returns those that changed. */
function narrow({ at, times, low, high }: Link, bounds: Bounds): number[] {
  const changed: number[] = [];
  at.forEach((i, k) => {
    let least = 0;
    let most = 0;
    at.forEach((j, l) => {
      if (l === k) return;
      const [a, b] = [times[l]! * bounds.low[j]!, times[l]! * bounds.high[j]!];
      least += Math.min(a, b);
      most += Math.max(a, b);
    });
    const ends = [(low - most) / times[k]!, (high - least) / times[k]!];
    const newLow = Math.ceil(Math.min(...ends) - tolerance);
    const newHigh = Math.floor(Math.max(...ends) + tolerance);
    const raises = newLow > bounds.low[i]!;
    const lowers = newHigh < bounds.high[i]!;
    if (raises) bounds.low[i] = newLow;
    if (lowers) bounds.high[i] = newHigh;
    if (raises || lowers) changed.push(i);
  });
  return changed;
}
