import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askHidden } from "./ask-hidden.ts";

/** What stands in for a terminal: keys go in, and what a person would see comes out. */
function terminal() {
  let shown = "";
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  stderr.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return { stdin, stderr, shown: () => shown };
}

test("what is typed is taken, corrections included, and not shown", async () => {
  const { stdin, stderr, shown } = terminal();
  const answer = askHidden("passphrase: ", { stdin, stderr });
  stdin.write("secres\u007ft words\r");
  expect(await answer).toBe("secret words");
  expect(shown()).toBe("passphrase: \n");
});

test("Ctrl+C and the end of input give no passphrase", async () => {
  for (const end of ["\u0003", "\u0004"]) {
    const { stdin, stderr } = terminal();
    const answer = askHidden("passphrase: ", { stdin, stderr });
    stdin.write(end);
    await expect(answer).rejects.toMatchObject({ code: "passphrase-missing" });
  }
});

test("nobody is asked where there is no terminal", async () => {
  const { stdin, stderr, shown } = terminal();
  expect(
    await askHidden("passphrase: ", { stdin: Object.assign(stdin, { isTTY: false }), stderr }),
  ).toBeUndefined();
  expect(shown()).toBe("");
});
