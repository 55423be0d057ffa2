import { encode } from "uqr";
import { type Html, html } from "./html.ts";

/** The QR code of a SHA-256, read as `SHA256:` and 64 upper-case hexadecimal digits. */
export function qrCode(sha256: string): Html {
  // Upper case keeps to QR's alphanumeric mode: fewer, larger modules.
  const { data, size } = encode(`SHA256:${sha256.toUpperCase()}`, { ecc: "M", border: 2 });
  const modules = data.flatMap((row, y) =>
    rowRuns(row).map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`),
  );
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" shape-rendering="crispEdges"
    aria-label="QR code of the dossier's SHA-256"><rect width="${size}" height="${size}" fill="#fff"/><path
    d="${modules.join("")}" fill="#000"/></svg>`;
}

/** Start and length of each dark stretch of a row. */
function rowRuns(row: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  row.forEach((dark, x) => {
    const last = runs.at(-1);
    if (!dark) return;
    if (last && last[0] + last[1] === x) last[1] += 1;
    else runs.push([x, 1]);
  });
  return runs;
}

/** What people read aloud: PB and the first eight digits. */
export function shortId(sha256: string): string {
  return `PB-${sha256.slice(0, 4)}-${sha256.slice(4, 8)}`.toUpperCase();
}
