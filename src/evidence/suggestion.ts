/**
 * Damerau–Levenshtein distance in its optimal-string-alignment form: insertions, deletions, substitutions
 * and swaps of neighbours, no piece edited twice.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(substitution, last[j]! + 1, row[j - 1]! + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** Spelling that people confuse: case, hyphen, underscore, space. */
const plain = (name: string) => name.toLowerCase().replace(/[-_\s]/g, "");

/** The candidate that was probably meant: at most a third of its letters edited; the first of equals. */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const [written, meant] = [plain(name), plain(candidate)];
    const limit = Math.max(1, Math.floor(candidate.length / 3));
    // No distance is shorter than the difference of lengths.
    if (Math.abs(written.length - meant.length) > limit) continue;
    const distance = editDistance(written, meant);
    if (distance < bestDistance && distance <= limit) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
