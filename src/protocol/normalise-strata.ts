import { mustAscend } from "./normalise-data.ts";
import { faultyRule } from "./normalise-outcome.ts";
import type { KnownColumns, Normalising } from "./normalising.ts";
import type { CutGroup, LevelGroup, Protocol, Slice, Stratifier, Variable } from "./protocol.ts";

/** Of the groups that slices make: `slice:old`. */
const sliceFamily = "slice";

/** Groups reported apart, each with the id that its estimates carry. */
export function normaliseStrata(work: Normalising, variables: readonly Variable[]): Stratifier[] {
  const names = variables.map(({ name }) => name);
  const seen = new Set<string>();
  const strata = work.input.strata.flatMap((input, index): Stratifier[] => {
    const path = ["strata", index];
    const entries = typeof input === "string" ? [[input, undefined] as const] : Object.entries(input);
    if (entries.length !== 1) {
      const message = `expected one variable with its cut points, got ${entries.length}`;
      work.contradiction(path, message, "give each variable an item of its own");
      return [];
    }
    const [name, cuts] = entries[0]!;
    work.mustBeDeclared(path, name, "variable", names);
    if (seen.has(name))
      work.contradiction(path, `"${name}" is one of the strata already`, "keep one of them");
    if (name === sliceFamily && work.input.slices) {
      const message = `a stratum called "${name}" has the ids of the slices`;
      work.contradiction(path, message, "rename the column, in the table as well");
    }
    seen.add(name);
    const variable = variables.find((one) => one.name === name);
    return variable ? stratifier(work, index, variable, cuts) : [];
  });
  work.input.protected.forEach((name, index) => {
    work.mustBeDeclared(["protected", index], name, "stratum", [...seen]);
  });
  return strata;
}

/** Strata that are crossed: each names strata, none of them twice, and no two name the same. */
export function normaliseIntersections(
  work: Normalising,
  strata: readonly Stratifier[],
): Protocol["intersections"] {
  const names = strata.map(({ variable }) => variable);
  const seen = new Set<string>();
  const crossed = work.input.intersections ?? [];
  crossed.forEach((variables, index) => {
    const path = ["intersections", index];
    variables.forEach((name, place) => {
      work.mustBeDeclared([...path, place], name, "stratum", names);
      if (variables.indexOf(name) < place)
        work.contradiction([...path, place], `"${name}" is crossed with itself`, "name different strata");
    });
    const key = variables.toSorted().join(",");
    if (seen.has(key))
      work.contradiction(path, `${variables.join(" and ")} are crossed already`, "keep one of them");
    seen.add(key);
  });
  return crossed;
}

export function normaliseSlices(work: Normalising, columns: KnownColumns): Slice[] {
  return Object.entries(work.input.slices ?? {}).map(([name, text]) => ({
    name,
    rule: work.condition(["slices", name], text, columns) ?? faultyRule,
  }));
}

const defaultErrorRate = 0.05;

/** The fairness audit, where the protocol asks for one. */
export function normaliseFairness(work: Normalising): Pick<Protocol, "fairness"> {
  const { input } = work;
  if (input.fairness === undefined) return {};
  if (input.protected.length === 0)
    work.contradiction(["fairness"], "protected is empty", "name under protected the strata to compare");
  return {
    fairness: {
      variables: [...new Set(input.protected)],
      margin: input.fairness.margin,
      errorRate: input.fairness.error_rate ?? defaultErrorRate,
    },
  };
}

const defaultProxyAuc = 0.7;

/** The inputs that may stand in for a protected group: those named, or the predictors that are not protected. */
export function normaliseProxies(
  work: Normalising,
  variables: readonly Variable[],
): Pick<Protocol, "proxies"> {
  const { input } = work;
  if (input.proxies === undefined) return {};
  const { inputs: named, auc = defaultProxyAuc } = input.proxies;
  if (input.protected.length === 0)
    work.contradiction(["proxies"], "protected is empty", "name under protected the strata to stand in for");
  const names = variables.map((variable) => variable.name);
  (named ?? []).forEach((name, index) => {
    const path = ["proxies", "inputs", index];
    work.mustBeDeclared(path, name, "variable", names);
    if (input.protected.includes(name))
      work.contradiction(path, `"${name}" is protected itself`, "name inputs that may stand in for it");
    if (named?.indexOf(name) !== index)
      work.contradiction(path, `"${name}" is one of the inputs already`, "keep one of them");
  });
  const inputs = named ?? input.model.predictors.filter((name) => !input.protected.includes(name));
  if (inputs.length === 0)
    work.contradiction(
      ["proxies"],
      "every predictor is protected",
      "name under inputs what may stand in for them",
    );
  return { proxies: { inputs, auc } };
}

const searchDefaults = { depth: 2, atLeast: 30, mostSlices: 5_000 } as const;

/** The search for slices, where the protocol asks for one. */
export function normaliseSliceSearch(
  work: Normalising,
  strata: readonly Stratifier[],
): Pick<Protocol, "sliceSearch"> {
  const rule = work.input.slice_search;
  if (rule === undefined) return {};
  const names = strata.map(({ variable }) => variable);
  const path = ["slice_search"];
  if (work.input.endpoint.time !== undefined) {
    const message =
      "slices are searched where the outcome of every row is known, and endpoint.time censors some";
    work.contradiction(path, message, "name slices or intersections instead");
  }
  if (names.length === 0)
    work.contradiction(path, "strata is empty", "declare the strata that slices are made of");
  rule.variables?.forEach((name, i) => {
    work.mustBeDeclared([...path, "variables", i], name, "stratum", names);
  });
  const variables = [...new Set(rule.variables ?? names)];
  const depth = rule.depth ?? searchDefaults.depth;
  const most = mostSlices(
    strata.filter(({ variable }) => variables.includes(variable)),
    depth,
  );
  if (most > searchDefaults.mostSlices) {
    const message = `these strata can make ${most} slices; at most ${searchDefaults.mostSlices} are searched`;
    work.contradiction(path, message, "name fewer variables, coarser strata, or a lower depth");
  }
  return {
    sliceSearch: {
      variables,
      depth,
      atLeast: rule.at_least ?? searchDefaults.atLeast,
      margin: rule.margin,
      errorRate: rule.error_rate ?? defaultErrorRate,
    },
  };
}

/** Slices of up to `depth` of the strata; rows not recorded, and rows in no group, are groups too. */
function mostSlices(strata: readonly Stratifier[], depth: number): number {
  const ofSize = [1, ...Array.from({ length: depth }, () => 0)];
  for (const { groups } of strata)
    for (let size = depth; size > 0; size--) ofSize[size]! += ofSize[size - 1]! * (groups.length + 2);
  return ofSize.slice(1).reduce((sum, count) => sum + count, 0);
}

function stratifier(
  work: Normalising,
  index: number,
  { name, type, unit, levels }: Variable,
  cuts: readonly number[] | undefined,
): Stratifier[] {
  const path = ["strata", index];
  if (cuts === undefined) {
    if (levels) return [{ kind: "levels", variable: name, groups: levelGroups(levels) }];
    const hint = type === "number" ? `give cut points, such as ${name}: [50, 65]` : "declare its levels";
    work.contradiction(path, `"${name}" has no levels`, hint);
    return [];
  }
  if (type !== "number") {
    const message = `"${name}" is a ${type}; cut points divide a number`;
    work.contradiction(path, message, "name the variable alone, and declare its levels");
  }
  mustAscend(work, [...path, name], cuts);
  const isWhole = (unit === "years" || unit === "count") && cuts.every(Number.isInteger);
  return [{ kind: "cuts", variable: name, groups: cutGroups(cuts, isWhole) }];
}

/**
 * Ids go into file names and links: printable ASCII without separators, else the level's number. A code that reads like
 * such a number, or like the group of those not recorded, has its number, too.
 */
function levelGroups(levels: NonNullable<Variable["levels"]>): LevelGroup[] {
  return levels.map(({ code, label }, index) => {
    const text = String(code);
    const isId = /^[\w<>=+. -]+$/.test(text) && !/^(?:level-\d+|missing)$/.test(text);
    return { id: isId ? text : `level-${index + 1}`, label, code };
  });
}

/** Whole numbers print as 50–64, others as 50 to <65; both mean 50 ≤ value < 65. */
function cutGroups(cuts: readonly number[], isWhole: boolean): CutGroup[] {
  const inner = cuts.slice(1).map((below, index): CutGroup => {
    const from = cuts[index]!;
    if (!isWhole) return { id: `${from}-<${below}`, label: `${from} to <${below}`, from, below };
    if (below === from + 1) return { id: `${from}`, label: `${from}`, from, below };
    return { id: `${from}-${below - 1}`, label: `${from}–${below - 1}`, from, below };
  });
  const [first, last] = [cuts[0]!, cuts.at(-1)!];
  return [
    { id: `<${first}`, label: `<${first}`, below: first },
    ...inner,
    { id: `${last}+`, label: `${last}+`, from: last },
  ];
}
