import { fileURLToPath } from "node:url";

/**
 * A bug of ours, as lines to report: where it happened, without the message, which may hold values from the data.
 */
export function internalErrorLines(
  error: unknown,
  { version, withMessage }: { readonly version: string; readonly withMessage: boolean },
): string[] {
  const system = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  return [
    `probity: this is a bug in probity ${version} (${system}), not in your files`,
    `probity: ${nameOf(error)}${withMessage && error instanceof Error ? `: ${error.message}` : ""}`,
    ...framesOf(error).map((frame) => `probity:   ${frame}`),
    "probity: hint: report these lines to the maintainers, as CONTRIBUTING.md says; they hold no data of yours" +
      (withMessage ? " unless the message does" : ""),
  ];
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : `a thrown ${typeof error}`;
}

/** The places in the code, relative to the package, without the message that stands before them. */
function framesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const start = error.stack.indexOf(error.message);
  const frames = start < 0 ? error.stack : error.stack.slice(start + error.message.length);
  return frames
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) =>
      line
        .trim()
        .replace(/file:\/\//, "")
        .replace(root, ""),
    );
}
