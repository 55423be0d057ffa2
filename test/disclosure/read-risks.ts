import { flagged } from "./cells.ts";
import type { Knowledge } from "./knowledge.ts";

/** n · NB between TP − w(FP + UF) and TP + UF − wFP, at each threshold whose flagged are whole bins. */
export function readNetBenefit(known: Knowledge): void {
  const model = known.dossier.curves.find(({ id }) => id === `performance.net-benefit@${known.h}/model`);
  const histogram = known.dossier.matrices.find(({ id }) => id === `performance.risk-histogram@${known.h}`);
  if (!model || !histogram || known.n === undefined) return;
  model.x.forEach((threshold, i) => {
    const bin = Math.round(threshold * 20);
    if (Math.abs(bin / 20 - threshold) > 1e-9) return;
    const above = (c: number) =>
      histogram.rows.flatMap((_, r) => (r >= bin ? [`${histogram.id}[${r},${c}]`] : []));
    const weight = threshold / (1 - threshold);
    const value = model.y[i]!;
    const term = (c: number, times: number) => above(c).map((name) => [name, times] as const);
    known.between(
      [...term(0, 1), ...term(2, 1), ...term(1, -weight)],
      [known.n! * (value - 0.0005), Number.POSITIVE_INFINITY],
    );
    known.between(
      [...term(0, 1), ...term(1, -weight), ...term(2, -weight)],
      [Number.NEGATIVE_INFINITY, known.n! * (value + 0.0005)],
    );
  });
}

export function readHistograms(known: Knowledge): void {
  for (const h of known.dossier.horizons) {
    const matrix = known.dossier.matrices.find(({ id }) => id === `performance.risk-histogram@${h}`);
    if (!matrix) continue;
    const cell = (r: number, c: number) => `${matrix.id}[${r},${c}]`;
    matrix.cells.forEach((row, r) => {
      row.forEach((count, c) => {
        if (count !== null) known.sum([cell(r, c)], count);
      });
    });
    const column = (c: number, keep = (_: number) => true) =>
      matrix.rows.flatMap((_, r) => (keep(r) ? [cell(r, c)] : []));
    ["events", "left", "censored"].forEach((key, c) => {
      known.same([`by:${h}.${key}`], column(c));
    });
    const threshold = known.estimate(`performance.threshold@${known.h}`);
    if (h !== known.h || !threshold) continue;
    const bin = Math.round(threshold.value * 20);
    if (Math.abs(bin / 20 - threshold.value) > 1e-9) continue;
    flagged.forEach((name, c) => {
      known.same(
        [`all.${name}`],
        column(c, (r) => r >= bin),
      );
    });
  }
}
