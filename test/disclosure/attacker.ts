import type { Dossier } from "../../src/evidence/dossier.ts";
import { Knowledge } from "./knowledge.ts";
import { LinearProgram } from "./linear-program.ts";
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
 */
export function attack(dossier: Dossier): LinearProgram {
  const known = new Knowledge(dossier);
  readStatus(known);
  readTimes(known);
  readGroups(known);
  readReplaced(known);
  readHistograms(known);
  readRiskGroups(known);
  readAttrition(known);
  readVariables(known);
  return new LinearProgram(known.constraints);
}
