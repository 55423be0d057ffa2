import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { Problem } from "../evidence/problem.ts";
import { fileInStudy } from "./study-path.ts";

/** A small text file of a study, such as a model file. Throws a Problem where it is missing, too large or not UTF-8. */
export async function readStudyText(
  studyDir: string,
  file: string,
  { maxBytes }: { readonly maxBytes: number },
): Promise<{ readonly text: string; readonly bytes: number; readonly sha256: string }> {
  const path = await fileInStudy(await realpath(studyDir), file);
  const { size } = await stat(path);
  if (size > maxBytes) {
    throw new Problem("data-file-too-large", `the file has ${size} bytes, at most ${maxBytes} are read`, {
      where: file,
      hint: "name a smaller file",
    });
  }
  const content = await readFile(path);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    return { text, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Problem("data-not-utf8", "the file is not UTF-8 text", {
      where: file,
      hint: "save it as UTF-8",
      cause,
    });
  }
}

/** The sha256 of a study's file as it stands now, in one pass. Throws a Problem where it is missing or outside. */
export async function studyFileSha256(studyDir: string, file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of createReadStream(await fileInStudy(await realpath(studyDir), file))) {
    hash.update(block as Buffer);
  }
  return hash.digest("hex");
}
