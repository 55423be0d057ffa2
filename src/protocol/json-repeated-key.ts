const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * The first key that an object of a JSON text has twice, with its offset; undefined where there is none.
 *
 * `text` has been parsed, so it is well-formed; the parser itself keeps the last of repeated keys and says nothing.
 */
export function repeatedKey(text: string): { readonly key: string; readonly offset: number } | undefined {
  const open: Set<string>[] = [];
  let last: { readonly key: string; readonly offset: number } | undefined;
  for (const { 0: found, index: offset } of text.matchAll(token)) {
    if (found === "{" || found === "[") open.push(new Set());
    else if (found === "}" || found === "]") open.pop();
    else if (found !== ":") last = { key: JSON.parse(found) as string, offset };
    else if (open.at(-1)!.has(last!.key)) return last;
    else open.at(-1)!.add(last!.key);
  }
  return undefined;
}
