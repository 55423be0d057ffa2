/** What a folder of regenerated reference files and the committed ones say differently, as one sentence each. */

/**
 * @param committed Contents of test/reference/*.json by file name; undefined where there is none.
 * @param regenerated What R wrote, likewise.
 * @returns {{ cases: number, regenerated: number, differences: string[], notes: string[] }} `cases` is how many are
 *   committed, `regenerated` how many of them R computed again; a note is a version that differs, which is none.
 */
export function compareReferences(committed, regenerated) {
  const names = [...new Set([...Object.keys(committed), ...Object.keys(regenerated)])].toSorted();
  const each = names.map((name) => compareFile(name, committed[name], regenerated[name]));
  return {
    cases: sum(each.map(({ cases }) => cases)),
    regenerated: sum(each.map(({ regenerated }) => regenerated)),
    differences: each.flatMap(({ differences }) => differences),
    notes: [...new Set(each.flatMap(({ notes }) => notes))],
  };
}

function compareFile(name, committed, regenerated) {
  if (committed === undefined) return only(`${name}: R wrote it, but it is not committed`, 0);
  if (regenerated === undefined) return only(`${name}: no script of R writes it`, committed.cases.length);
  const theirs = byName(regenerated);
  const ours = byName(committed);
  const missing = [...ours.keys()].filter((key) => !theirs.has(key));
  const differences = [
    ...["data", "definitions", "repeatsWithin"]
      .filter((key) => JSON.stringify(committed[key]) !== JSON.stringify(regenerated[key]))
      .map((key) => `${name}: ${key} reads otherwise`),
    ...missing.map((key) => `${name}: ${key}: no script of R computes it`),
    ...[...theirs.keys()].filter((key) => !ours.has(key)).map((key) => `${name}: ${key}: not committed`),
    ...[...ours.values()]
      .filter((one) => theirs.has(one.name))
      .flatMap((one) =>
        compareCase(`${name}: ${one.name}`, one, theirs.get(one.name), regenerated.repeatsWithin),
      ),
  ];
  const cases = committed.cases.length;
  return {
    cases,
    regenerated: cases - missing.length,
    differences,
    notes: versionNotes(committed, regenerated),
  };
}

function only(difference, cases) {
  return { cases, regenerated: 0, differences: [difference], notes: [] };
}

function byName(file) {
  const cases = new Map(file.cases.map((one) => [one.name, one]));
  if (cases.size !== file.cases.length) throw new Error("two cases of one name");
  return cases;
}

const shownPerCase = 20;

function compareCase(where, committed, regenerated, within) {
  const found = [
    ...(committed.r === regenerated.r ? [] : [`r: committed ${committed.r}, R ${regenerated.r}`]),
    ...compareValues("input", committed.input, regenerated.input, within),
    ...compareValues("expected", committed.expected, regenerated.expected, within),
  ];
  const shown = found.slice(0, shownPerCase);
  if (found.length > shownPerCase) shown.push(`and ${found.length - shownPerCase} more`);
  return shown.map((difference) => `${where}: ${difference}`);
}

function compareValues(path, committed, regenerated, within) {
  if (
    isBranch(committed) &&
    isBranch(regenerated) &&
    Array.isArray(committed) === Array.isArray(regenerated)
  ) {
    const keys = new Set([...Object.keys(committed), ...Object.keys(regenerated)]);
    return [...keys].flatMap((key) =>
      compareValues(
        Array.isArray(committed) ? `${path}[${key}]` : `${path}.${key}`,
        committed[key],
        regenerated[key],
        within,
      ),
    );
  }
  if (committed === regenerated) return [];
  const both = `${path}: committed ${JSON.stringify(committed)}, R ${JSON.stringify(regenerated)}`;
  if (typeof committed !== "number" || typeof regenerated !== "number") return [both];
  const difference = Math.abs(committed - regenerated);
  const relative = difference / Math.abs(regenerated);
  if (relative <= within.relative || difference <= within.absolute) return [];
  return [`${both}, relative difference ${relative.toExponential(1)}`];
}

function isBranch(value) {
  return typeof value === "object" && value !== null;
}

function versionNotes(committed, regenerated) {
  const versions = ({ generatedBy, packages }) => ({ R: generatedBy, ...packages });
  const [before, now] = [versions(committed), versions(regenerated)];
  return Object.keys(now)
    .filter((key) => before[key] !== now[key])
    .map((key) => `${key}: committed with ${before[key]}, here ${now[key]}`);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
