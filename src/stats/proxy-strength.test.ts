import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { bits, codes, column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { foldedAuc } from "./folded-auc.ts";
import { dealtFolds } from "./folds.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { proxyGap } from "./proxy-gap.ts";
import { levelScores } from "./proxy-scores.ts";
import { levelAssociation, type ProxyInput, proxyStrength } from "./proxy-strength.ts";
import { seededRandom } from "./random.ts";
import { standardNormal } from "./random-variates.ts";

const agree = recordAgreement({
  estimator: "Proxies: association, cross-validated AUC, gap by a proxy",
  reference: "survey::svycontrast, pROC::roc, the formulas in R",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

for (const { name, input, expected } of reference("proxies"))
  test(`agrees with R: ${name}`, () => {
    const { a, x, zip, noise, p, hard, score, fold } = input;
    const cluster = name.endsWith("single") ? undefined : codes(input.cluster!);
    const member = bits(a!);
    const [what, which] = name.split(" ");
    if (what === "association") {
      const code = codes((which === "zip" ? zip : noise)!);
      const { cramersV, uncertainty } = known(levelAssociation({ code, nLevels: 41 }, member));
      agree(name, [cramersV, uncertainty], expected);
    } else if (what === "folded") {
      const folds = { of: Uint16Array.from(fold!), n: 4 };
      const found = known(
        foldedAuc({ score: column(score!), event: member, folds, ...(cluster && { cluster }) }),
      );
      agree(name, [found.auc, found.stdError], expected);
    } else {
      const proxy = column((which === "p" ? p : hard)!);
      const {
        trueGap,
        proxyGap: shown,
        attenuation,
        remainder,
      } = known(proxyGap({ error: bits(x!), member, proxy, ...(cluster && { cluster }) }));
      const all = [trueGap, shown, attenuation, remainder];
      agree(name, [all.map(({ value }) => value), all.map(({ stdError }) => stdError)], expected);
    }
  });

describe("proxyStrength", () => {
  /** A group that the level tells in `told` of the rows, a number that is far out in it on either side, and noise. */
  function study(seed: number, told: number, nRows = 1200) {
    const random = seededRandom(seed);
    const member = Uint8Array.from({ length: nRows }, () => +(random.next() < 0.3));
    const zip = Uint16Array.from(member, (m) =>
      random.next() < told ? 2 * random.integer(50) + m : random.integer(100),
    );
    const far = Float64Array.from(
      member,
      (m) => (m === 1 ? (random.next() < 0.5 ? 2 : -2) : 0) + standardNormal(random),
    );
    const noise = Uint16Array.from({ length: nRows }, () => random.integer(300));
    const inputs: ProxyInput[] = [
      { kind: "levels", code: zip, nLevels: 100 },
      { kind: "number", values: far },
      { kind: "levels", code: noise, nLevels: 300 },
    ];
    return { inputs, member, random };
  }

  test("a ZIP code that tells the group is found, a number at both ends too, three hundred levels of noise are not", () => {
    const { inputs, joint } = known(proxyStrength(study(1, 0.7)));
    const [zip, far, noise] = inputs.map(({ crossValidated }) => known(crossValidated));
    expect(zip!.lower).toBeGreaterThan(0.75);
    expect(far!.lower).toBeGreaterThan(0.75);
    // Higher values say nothing: the group is at both ends.
    expect(known(inputs[1]!.ordered!).auc).toBeCloseTo(0.5, 1);
    expect(noise!.lower).toBeLessThan(0.5);
    expect(noise!.upper).toBeGreaterThan(0.5);
    expect(known(inputs[2]!.association!).cramersV).toBeLessThan(0.15);
    expect(known(inputs[2]!.association!).uncertainty).toBeLessThan(0.05);
    expect(known(joint).auc).toBeGreaterThan(Math.max(zip!.auc, far!.auc));
  });

  test("I028, I083: a ZIP code with AUC .83 and a false positive rate 2.1 times as high are found in 40 of 40, else in none", () => {
    const found = { planted: 0, plain: 0 };
    for (let seed = 0; seed < 40; seed++)
      for (const kind of ["planted", "plain"] as const) {
        const { inputs, member, random } = study(500 + seed, kind === "planted" ? 0.65 : 0, 3000);
        const [zip] = known(proxyStrength({ inputs: inputs.slice(0, 1), member, random })).inputs;
        const error = member.map((m) => +(random.next() < (kind === "planted" && m === 1 ? 0.21 : 0.1)));
        const code = (inputs[0] as ProxyInput & { kind: "levels" }).code;
        const gap = known(proxyGap({ error, member, proxy: Float64Array.from(code, (level) => level % 2) }));
        const tells = known(zip!.crossValidated).lower > 0.7;
        found[kind] += +(tells && gap.trueGap.lower > 0 && gap.proxyGap.lower > 0);
        if (kind === "planted") expect(known(zip!.crossValidated).auc).toBeCloseTo(0.83, 1);
      }
    expect(found).toEqual({ planted: 40, plain: 0 });
  });

  test("over 300 groups that nothing tells the intervals, alone and joint, are above or below one half in some 5 %", () => {
    const wrong = [0, 0];
    for (let seed = 0; seed < 300; seed++) {
      const random = seededRandom(seed);
      const member = Uint8Array.from({ length: 150 }, () => +(random.next() < 0.3));
      const inputs = [3, 10, 50].map((nLevels) => {
        const code = Uint16Array.from(member, () => random.integer(nLevels));
        return { kind: "levels", code, nLevels } as const;
      });
      const { inputs: alone, joint } = known(proxyStrength({ inputs, member, random }));
      for (const [i, found] of [known(alone[1]!.crossValidated), known(joint)].entries())
        wrong[i]! += +(found.lower > 0.5 || found.upper < 0.5);
    }
    for (const n of wrong) expect(n / 300).toBeLessThan(0.1);
  });

  test("patients with several rows: copies say no more than one row each", () => {
    const { inputs, member } = study(4, 0.5, 300);
    const twice = (values: Iterable<number>) => [...values].flatMap((x) => [x, x]);
    const zip = inputs[0] as ProxyInput & { kind: "levels" };
    const found = known(
      proxyStrength({
        inputs: [{ ...zip, code: Uint16Array.from(twice(zip.code)) }],
        member: bits(twice(member)),
        cluster: codes(twice(member.keys())),
        random: seededRandom(1),
      }),
    );
    const one = known(proxyStrength({ inputs: [zip], member, random: seededRandom(1) }));
    const [many, single] = [found, one].map(({ inputs: [first] }) => known(first!.crossValidated));
    expect(many!.stdError / single!.stdError).toBeGreaterThan(0.9);
    expect(many!.stdError / single!.stdError).toBeLessThan(1.1);
  });

  test("the same seed gives the same answer; a member of no group gives a reason", () => {
    expect(proxyStrength(study(2, 0.3))).toEqual(proxyStrength(study(2, 0.3)));
    const { inputs, random } = study(2, 0.3);
    expect(proxyStrength({ inputs, random, member: new Uint8Array(1200) })).toEqual({
      notEstimable: "the group, or the rest, has fewer rows than there are folds",
    });
  });

  const good = study(3, 0.5, 100);
  test.each([
    ["no inputs", { inputs: [] }],
    ["two folds", { nFolds: 2 }],
    ["a level beyond", { inputs: [{ ...good.inputs[0]!, nLevels: 3 } as ProxyInput] }],
    ["a member of 2", { member: new Uint8Array(100).fill(2) }],
    [
      "a number that is NaN",
      { inputs: [{ kind: "number", values: column(Array(100).fill(Number.NaN)) } as const] },
    ],
  ])("refused: %s", (_, change) => {
    expect(() => proxyStrength({ ...good, ...change })).toThrow(ContractError);
  });
});

describe("parts", () => {
  test("folds hold whole clusters, and as many of the group each as can be", () => {
    const member = Uint8Array.from({ length: 90 }, (_, i) => +(i % 9 < 3));
    const cluster = Uint32Array.from({ length: 90 }, (_, i) => Math.floor(i / 3));
    const { of } = known(dealtFolds(member, { cluster, nFolds: 5, random: seededRandom(1) }));
    for (let i = 0; i < 90; i += 3) expect(new Set(of.subarray(i, i + 3)).size).toBe(1);
    for (let k = 0; k < 5; k++) expect(of.filter((fold, i) => fold === k && member[i] === 1).length).toBe(6);
  });

  test("by hand: a level's score comes from other folds", () => {
    const folds = { of: Uint16Array.of(0, 0, 1, 1, 2, 2), n: 3 };
    const member = bits([1, 0, 1, 0, 1, 0]);
    const input = { code: Uint16Array.of(0, 0, 0, 1, 0, 1), nLevels: 2 };
    // For the first row: folds 1 and 2 have level 0 twice, both members; half of their rows are: (2 + 1)/(2 + 2).
    expect(levelScores(input, member, { folds })[0]).toBeCloseTo(Math.log(3), 14);
    // Fold 2 left out as well: once, a member: (1 + 1)/(1 + 2).
    expect(levelScores(input, member, { folds, without: 2 })[0]).toBeCloseTo(Math.log(2), 14);
  });

  test("an input that tells the group has V and U near 1, one level is a reason", () => {
    const member = Uint8Array.from({ length: 100 }, (_, i) => i % 2);
    const told = known(levelAssociation({ code: Uint16Array.from(member), nLevels: 2 }, member));
    expect(told.cramersV).toBeCloseTo(1, 12);
    expect(told.uncertainty).toBeGreaterThan(0.99);
    expect(levelAssociation({ code: new Uint16Array(100), nLevels: 2 }, member)).toEqual({
      notEstimable: "one level",
    });
  });
});

describe("proxyGap", () => {
  test("by hand: errors of 40 % and 10 %; a proxy of which 3 in 4 are right on either side halves the gap", () => {
    // 40 of the group, 40 others; of each, 30 assigned rightly; errors the same for those assigned wrongly.
    const rows = [
      [1, 1, 30, 12],
      [1, 0, 10, 4],
      [0, 1, 10, 1],
      [0, 0, 30, 3],
    ] as const;
    const list = rows.flatMap(([a, p, n, x]) =>
      Array.from({ length: n }, (_, i) => [a, p, +(i < x)] as const),
    );
    const found = known(
      proxyGap({
        error: bits(list.map(([, , x]) => x)),
        member: bits(list.map(([a]) => a)),
        proxy: column(list.map(([, p]) => p)),
      }),
    );
    expect(found.trueRates).toEqual([0.4, 0.1].map((rate) => expect.closeTo(rate, 14)));
    expect(found.trueGap.value).toBeCloseTo(0.3, 14);
    expect(found.attenuation.value).toBeCloseTo(0.5, 14);
    expect(found.proxyGap.value).toBeCloseTo(0.15, 14);
    expect(found.remainder.value).toBeCloseTo(0, 14);
  });

  test("the group itself as proxy: no attenuation, nothing left; its opposite turns the gap", () => {
    const rows = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(rows, (list) => {
        const [error, member] = [bits(list.map(([x]) => x)), bits(list.map(([, a]) => a))];
        const own = proxyGap({ error, member, proxy: Float64Array.from(member) });
        const turned = proxyGap({ error, member, proxy: Float64Array.from(member, (a) => 1 - a) });
        if (isNotEstimable(own)) {
          expect(turned).toEqual(own);
          return;
        }
        expect(own.proxyGap).toEqual(own.trueGap);
        expect(own.attenuation.value).toBe(1);
        expect(own.remainder.value).toBeCloseTo(0, 14);
        expect(known(turned).proxyGap.value).toBeCloseTo(-own.trueGap.value, 14);
      }),
    );
  });

  test.each([
    ["nobody is in the group, or in the rest", [1, 1], [0.5, 0.5], undefined],
    ["the proxy assigns nobody to the group, or to the rest", [1, 0], [1, 1], undefined],
    ["one cluster has no variance", [1, 0], [1, 0], [7, 7]],
  ])("%s", (notEstimable, member, proxy, cluster) => {
    const found = proxyGap({
      error: bits([1, 0]),
      member: bits(member),
      proxy: column(proxy),
      ...(cluster && { cluster: codes(cluster) }),
    });
    expect(found).toEqual({ notEstimable });
  });

  test("a proxy that is no share is refused", () => {
    const call = () => proxyGap({ error: bits([1, 0]), member: bits([1, 0]), proxy: column([2, 0]) });
    expect(call).toThrow(ContractError);
  });
});
