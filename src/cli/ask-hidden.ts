import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Problem } from "../evidence/problem.ts";

interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks on a terminal for one line that is not shown while it is typed; undefined where there is no terminal.
 * Throws the Problem passphrase-missing when the person ends the input instead.
 */
export async function askHidden(question: string, { stdin, stderr }: Terminal): Promise<string | undefined> {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  // Takes what readline would echo.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  stderr.write(question);
  try {
    return await new Promise((resolve, reject) => {
      lines.once("line", resolve);
      // Ctrl+C and Ctrl+D.
      lines.once("close", () => reject(new Problem("passphrase-missing", "no passphrase was given")));
    });
  } finally {
    lines.close();
    stderr.write("\n");
  }
}
