import { expect } from "vitest";
import { cohenKappa, fleissKappa, type KappaWeights } from "../../src/stats/kappa.ts";
import { known } from "../reference/known.ts";
import { assertClose } from "../reference/reference.ts";
import { type Check, type Checks, closedForm, exceptionsOf, reasonIs } from "./checks.ts";
import { matrixIn } from "./r-text.ts";

const kappaOf = (r: string, weights: KappaWeights) => known(cohenKappa(matrixIn(r), { weights }));

const formulaKappa: Check = ({ id, r, expected }) => {
  const ours = kappaOf(r, id.split(".")[2] as KappaWeights);
  assertClose(
    [ours.kappa, ours.stdError, ours.lower, ours.upper, ours.nullStdError, ours.kappa / ours.nullStdError],
    [expected.kappa, expected.se, expected.lower, expected.upper, expected.se0, expected.z],
    closedForm,
  );
  assertClose([ours.observed, ours.expected], [expected.po, expected.pe], closedForm);
};

const packageWeights = {
  unweighted: "unweighted",
  weighted_linear: "linear",
  weighted_quadratic: "quadratic",
} as const;
const vcdKappa: Check = ({ r, expected }) => {
  for (const [name, { value, ASE }] of Object.entries<{ value: number; ASE: number }>(expected)) {
    const ours = kappaOf(r, packageWeights[name as keyof typeof packageWeights]);
    assertClose([ours.kappa, ours.stdError], [value, ASE], closedForm);
  }
};

const psychValues: Check = ({ r, expected }) => {
  const [plain, quadratic] = [kappaOf(r, "unweighted"), kappaOf(r, "quadratic")];
  assertClose(
    [plain.kappa, quadratic.kappa, plain.stdError ** 2],
    [expected.kappa, expected.weighted_quadratic, expected.var_kappa],
    closedForm,
  );
};
const psychKappa: Check = (reference) => {
  psychValues(reference);
  const [plain, quadratic] = [kappaOf(reference.r, "unweighted"), kappaOf(reference.r, "quadratic")];
  assertClose(quadratic.stdError ** 2, reference.expected.var_weighted, closedForm);
  assertClose(
    [plain, quadratic].map(({ kappa, lower, upper }) => [lower, kappa, upper]),
    reference.expected.ci.values,
    closedForm,
  );
};

const severalRaters: Check = ({ r, expected }) => {
  const ours = known(fleissKappa(matrixIn(r)));
  assertClose(
    [ours.kappa, ours.nullStdError, ours.kappa / ours.nullStdError, ours.observed, ours.expected],
    [expected.kappa, expected.se0, expected.z, expected.po, expected.pe],
    closedForm,
  );
};

const covered: Checks["covered"] = [
  [/^kappa\.\w+\.(unweighted|linear|quadratic)$/, formulaKappa],
  [/^kappa\.\w+\.vcd_(equal|fc)$/, vcdKappa],
  [/^kappa\.\w+\.psych$/, psychKappa],
  [/^fleiss\./, severalRaters],
];

const oneCategory = reasonIs("both raters use one category only", ({ r }) => cohenKappa(matrixIn(r)));
const perfect: Check = ({ r, expected }) => {
  for (const weights of ["unweighted", "linear", "quadratic"] as const) {
    const ours = kappaOf(r, weights);
    expect([ours.kappa, ours.stdError, ours.kind]).toEqual([1, 0, "bound"]);
    expect(ours.lower).toBeLessThan(1);
    if (expected.po === undefined || !r.includes(`"${weights}"`)) continue;
    assertClose(
      [ours.nullStdError, ours.observed, ours.expected],
      [expected.se0, expected.po, expected.pe],
      closedForm,
    );
  }
};

const exceptions = exceptionsOf(
  [
    ["unweighted", "linear", "quadratic", "psych", "vcd_equal", "vcd_fc"].map(
      (name) => `kappa.perfect.${name}`,
    ),
    "R's interval has no width; ours has the bound of the share that agrees",
    perfect,
  ],
  [
    ["unweighted", "linear", "quadratic", "psych", "vcd_equal", "vcd_fc"].map(
      (name) => `kappa.one_category.${name}`,
    ),
    "0/0 in R; ours is a typed reason",
    oneCategory,
  ],
  [
    ["kappa.ord4.psych", "kappa.zero_row.psych"],
    "psych's variance of a weighted kappa is not the published one, which ours and vcd's are; the others agree",
    psychValues,
  ],
  [
    ["fleiss.all_same"],
    "0/0 in R; ours is a typed reason",
    reasonIs("all ratings are in one category", ({ r }) => fleissKappa(matrixIn(r))),
  ],
);

export const agreementChecks: Checks = { covered, exceptions };
