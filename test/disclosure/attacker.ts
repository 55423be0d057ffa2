import type { Dossier } from "../../src/evidence/dossier.ts";
import { Knowledge } from "./knowledge.ts";
import { LinearProgram } from "./linear-program.ts";
import { readExtractions, readMatching } from "./read-charts.ts";
import { readClaims } from "./read-claims.ts";
import { readFairness, readProxies, readSlices } from "./read-compared.ts";
import { readGroups } from "./read-groups.ts";
import { readReplaced } from "./read-replaced.ts";
import { readHistograms } from "./read-risks.ts";
import { readAttrition, readVariables } from "./read-rows.ts";
import { readRiskGroups, readStatus, readTimes } from "./read-times.ts";

/**
 * Reads a committee's dossier as an adversary who knows how each number is defined, and turns all of it into
 * constraints on counts of patients. Names of counts:
 *
 *     <group>.tp …           cells of the operating point; groups: all, each stratum and slice, rest of each partition
 *     old:all.tp …           those of them that the replaced model flags, and not:all.tp … that it does not
 *     new-events:<a>..<b>    between two points of time, and new-censored
 *     <histogram>[row,column], risk-group:<k>@<horizon>.events, excluded:<step>, missing:<variable>, …
 *     extraction:<value>.agree …, matching:<place>.told …, <of> less <which>
 *
 * `told`: what the counts are. It is asked for those that a number with its interval pins, which an adversary finds by trying
 * all that there are.
 */
export function attack(
  dossier: Dossier,
  {
    told,
    usdPerFalseFlag,
    claims = [],
  }: {
    readonly told: ReadonlyMap<string, number>;
    /** By the protocol's minutes and wages, a month. */
    readonly usdPerFalseFlag: number;
    readonly claims?: readonly number[];
  },
): LinearProgram {
  const known = new Knowledge(dossier, told);
  readStatus(known);
  readTimes(known);
  readGroups(known, usdPerFalseFlag);
  readFairness(known);
  readProxies(known);
  readSlices(known);
  readClaims(known, claims);
  readReplaced(known);
  readHistograms(known);
  readRiskGroups(known);
  readAttrition(known);
  readVariables(known);
  readExtractions(known);
  readMatching(known);
  return new LinearProgram(known.constraints);
}
