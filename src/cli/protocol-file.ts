import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { Problem } from "../evidence/problem.ts";
import { protocolSizeLimit } from "../protocol/index.ts";

/** A study's protocol as text, with its hash and the path that its faults print. Throws a Problem when it is no text. */
export function readProtocolFile(studyDir: string): {
  readonly text: string;
  readonly path: string;
  readonly sha256: string;
} {
  const path = displayPath(join(studyDir, "protocol.yaml"));
  if (statSync(path).size > protocolSizeLimit) {
    throw new Problem("protocol-too-large", `the protocol has more than ${protocolSizeLimit / 1024} KiB`, {
      where: path,
      hint: "a protocol is one page; move tables into data files",
    });
  }
  const bytes = readFileSync(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), path, sha256 };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Problem("protocol-not-utf8", "the protocol is not UTF-8 text", {
      where: path,
      hint: "save it as UTF-8",
      cause,
    });
  }
}

/** Relative to where the person stands, unless that climbs out of it. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), resolve(path));
  return short === "" ? "." : short.startsWith("..") || isAbsolute(short) ? resolve(path) : short;
}
