import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from "yaml";
import { Problem } from "../evidence/problem.ts";
import { type Fault, formatPath, problemOf } from "./fault.ts";
import { scalarOffsets } from "./scalar-offsets.ts";
import { nestedTooDeepAt, nestingLimit } from "./yaml-nesting.ts";

export type Path = readonly (string | number)[];

export interface YamlMapping {
  readonly [key: string]: YamlValue;
}
export type YamlValue = string | number | boolean | null | YamlMapping | readonly YamlValue[];

/** A YAML document as plain values, with the place of each of them in the file. */
export interface YamlSource {
  readonly value: YamlMapping;
  /** The value at the path or, where it is absent, its nearest ancestor. */
  offsetOf(path: Path): number;
  /** The key at the end of the path. */
  keyOffsetOf(path: Path): number;
  /** `file:line:column path` */
  place(offset: number, path?: Path): string;
  /** From 1. */
  lineOf(offset: number): number;
  /** Offset in the file of a character of the text at `path`. */
  offsetInText(path: Path, character: number): number;
}

export const protocolSizeLimit = 256 * 1024;
/** Names with a meaning of their own in JavaScript objects; refused so that no reader trips over them. */
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

interface Reading {
  readonly keyOffsets: Map<string, number>;
  readonly nodes: Map<string, Node>;
  readonly faults: Fault[];
  readonly place: (offset: number, path?: Path) => string;
}

const pathKey = (path: Path) => JSON.stringify(path);

/** Without the byte-order mark that some editors write first: it is no column of the first line. */
export function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "");
}

/**
 * Read one YAML 1.2 document (core schema) whose root is a mapping.
 *
 * Refused, each with its place: more than 256 KiB, lines that end in CR alone, syntax errors and tabs, duplicate keys, aliases and tags
 * (one page needs neither, and an alias can multiply), nesting deeper than 24. Where `repeated` is given, repeated keys
 * alone are collected there instead: the first of them counts.
 */
export function readYaml(written: string, fileName: string, repeated?: Fault[]): YamlSource {
  const text = withoutMark(written);
  refuseSize(text, fileName);
  const lines = new LineCounter();
  const place = (offset: number, path: Path = []) => {
    const { line, col } = lines.linePos(offset);
    const field = path.length > 0 ? ` ${formatPath(path)}` : "";
    return `${fileName}:${Math.max(line, 1)}:${Math.max(col, 1)}${field}`;
  };
  refuseBareReturn(text, fileName);
  refuseNesting(text, fileName);
  const document = parse(text, lines);
  // One slip makes the parser trip many times; the first few say where it was.
  const failures = [...document.errors, ...document.warnings].slice(0, 3);
  if (failures.length > 0) {
    throw problemOf(failures.map((error) => syntaxFault(error.code, error.message, error.pos[0], place)));
  }
  const root = document.contents as Node | null;
  if (root === null || (isScalar(root) && root.value === null)) {
    throw new Problem("protocol-empty", "the file holds no field", {
      where: `${fileName}:1:1`,
      hint: "start from studies/breast-recurrence/protocol.yaml",
    });
  }
  const reading: Reading = { keyOffsets: new Map(), nodes: new Map(), faults: [], place };
  if (!isMap(root)) {
    throw new Problem("protocol-not-a-mapping", `expected fields such as "title: ...", got ${kindOf(root)}`, {
      where: place(startOf(root)),
      hint: "start from studies/breast-recurrence/protocol.yaml",
    });
  }
  const value = read(root, [], reading) as YamlMapping;
  const isReadable = repeated && reading.faults.every(({ code }) => code === "protocol-duplicate-key");
  if (isReadable) repeated.push(...reading.faults);
  else if (reading.faults.length > 0) throw problemOf(reading.faults);
  const nodeAt = (path: Path): Node => {
    for (let length = path.length; length > 0; length--) {
      const node = reading.nodes.get(pathKey(path.slice(0, length)));
      if (node) return node;
    }
    return root;
  };
  const offsetOf = (path: Path) => startOf(nodeAt(path));
  return {
    value,
    place,
    offsetOf,
    lineOf: (offset) => Math.max(lines.linePos(offset).line, 1),
    keyOffsetOf: (path) => reading.keyOffsets.get(pathKey(path)) ?? offsetOf(path),
    offsetInText: (path, character) => {
      const node = nodeAt(path);
      return isScalar(node) ? scalarOffsets(text, node)(character) : startOf(node);
    },
  };
}

function refuseSize(text: string, fileName: string): void {
  // A UTF-16 unit is at most three bytes, so short texts need no encoding.
  const bytes = text.length * 3 <= protocolSizeLimit ? 0 : new TextEncoder().encode(text).length;
  if (bytes <= protocolSizeLimit) return;
  throw new Problem("protocol-too-large", `${bytes} bytes, at most ${protocolSizeLimit} are read`, {
    where: fileName,
    hint: "a protocol is one page; keep data in files of their own",
  });
}

/** YAML ends a line there and so does an editor, but the parser reads on: in a comment, what follows would be lost. */
function refuseBareReturn(text: string, fileName: string): void {
  const offset = text.search(/\r(?!\n)/);
  if (offset === -1) return;
  const line = text.slice(0, offset).split("\n").length;
  throw new Problem("protocol-bare-cr", "a line ends in CR alone: a carriage return without a line feed", {
    where: `${fileName}:${line}`,
    hint: "save the file with LF or CRLF line ends",
  });
}

function refuseNesting(text: string, fileName: string): void {
  const offset = nestedTooDeepAt(text);
  if (offset === undefined) return;
  const before = text.slice(0, offset).split("\n");
  throw tooDeep(`${fileName}:${before.length}:${before.at(-1)!.length + 1}`);
}

function parse(text: string, lines: LineCounter) {
  // Duplicate keys are found in `read`, in linear time; the parser compares every pair.
  return parseDocument(text, {
    schema: "core",
    version: "1.2",
    strict: true,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: "error",
  });
}

function syntaxFault(code: string, message: string, offset: number, place: Reading["place"]): Fault {
  const isTab = code === "TAB_AS_INDENT" || /\btabs?\b/i.test(message);
  const isMultiple = code === "MULTIPLE_DOCS";
  return {
    code: "protocol-yaml",
    message: isMultiple ? "more than one YAML document in the file" : asMessage(message),
    where: place(offset),
    offset,
    hint: isTab
      ? "indent with spaces"
      : isMultiple
        ? 'keep one document: remove the line "---"'
        : "correct the line, or the one before it; text that holds : or # stands in quotes",
  };
}

const asMessage = (sentence: string) =>
  `not valid YAML: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, "")}`;

const tooDeep = (where: string) =>
  new Problem("protocol-too-deep", `fields are nested deeper than ${nestingLimit}`, {
    where,
    hint: "no field of a protocol lies so deep: docs/protocol.md lists them all",
  });

function kindOf(node: Node): string {
  return isSeq(node) ? "a list" : isScalar(node) ? "a single value" : "an alias";
}

const startOf = (node: Node) => node.range?.[0] ?? 0;

function read(node: Node | null, path: Path, reading: Reading): YamlValue {
  if (node === null) return null;
  if (path.length > nestingLimit) throw tooDeep(reading.place(startOf(node)));
  reading.nodes.set(pathKey(path), node);
  if (isAlias(node) || node.anchor !== undefined) {
    refuse(
      reading,
      "protocol-alias",
      "anchors and aliases are not read",
      startOf(node),
      path,
      "write it out",
    );
    return null;
  }
  if (node.tag !== undefined) return refuseTag(node, path, reading);
  if (isMap(node)) return readMapping(node.items as Pair<Node, Node | null>[], path, reading);
  if (isSeq(node)) return node.items.map((item, index) => read(item as Node, [...path, index], reading));
  const value = (node as Scalar).value;
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as YamlValue;
  refuse(reading, "protocol-wrong-type", "a value of no known kind", startOf(node), path, "write it as text");
  return null;
}

function refuseTag(node: Node, path: Path, reading: Reading): null {
  const message = `tags are not read, such as ${node.tag?.replace("tag:yaml.org,2002:", "!!")}`;
  refuse(
    reading,
    "protocol-yaml",
    message,
    startOf(node),
    path,
    "remove the tag; text that reads as a number stands in quotes",
  );
  return null;
}

function readMapping(pairs: readonly Pair<Node, Node | null>[], path: Path, reading: Reading): YamlMapping {
  const mapping: Record<string, YamlValue> = Object.create(null);
  for (const { key, value } of pairs) {
    const name = isScalar(key) && key.value !== null ? (key.source ?? String(key.value)) : undefined;
    if (name === undefined) {
      const message = "not valid YAML: a key that is not plain text";
      refuse(
        reading,
        "protocol-yaml",
        message,
        startOf(key),
        path,
        "write the name of a field before the colon",
      );
      continue;
    }
    const inner = [...path, name];
    const offset = startOf(key);
    if (key.anchor !== undefined) {
      refuse(reading, "protocol-alias", "anchors and aliases are not read", offset, inner, "write it out");
    } else if (key.tag !== undefined) {
      refuseTag(key, inner, reading);
    } else if (forbiddenKeys.has(name)) {
      const message = `"${name}" cannot be used as a name`;
      refuse(reading, "protocol-unknown-field", message, offset, inner, "rename it, in the table as well");
    } else if (Object.hasOwn(mapping, name)) {
      const first = reading
        .place(reading.keyOffsets.get(pathKey(inner)) ?? 0)
        .replace(/^.*:(\d+):\d+$/, "$1");
      const message = `"${name}" stands twice, first on line ${first}`;
      refuse(reading, "protocol-duplicate-key", message, offset, inner, "keep one of them");
    } else {
      reading.keyOffsets.set(pathKey(inner), offset);
      mapping[name] = read(value, inner, reading);
    }
  }
  return mapping;
}

function refuse(
  reading: Reading,
  code: string,
  message: string,
  offset: number,
  path: Path,
  hint: string,
): void {
  reading.faults.push({ code, message, where: reading.place(offset, path), offset, hint });
}
