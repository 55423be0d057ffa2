import { isUtf8 } from "node:buffer";
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
  return { text: decoded(bytes, path), path, sha256 };
}

function decoded(bytes: Buffer, path: string): string {
  // UTF-16 without its mark is valid UTF-8 where all letters are Latin: every other byte is NUL.
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new Problem("protocol-not-utf8", "the protocol is not UTF-8 text", {
      where: path,
      hint: "save it as UTF-8",
    });
  }
  // With its byte-order mark, so that the text in a receipt has the hash of the file.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Relative to where the person stands, unless that climbs out of it. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), resolve(path));
  return short === "" ? "." : short.startsWith("..") || isAbsolute(short) ? resolve(path) : short;
}
