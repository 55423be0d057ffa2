/**
 * The fields of one record, without its line end. Convention: RFC 4180 — commas, double quotes, a quote
 * doubled inside quotes; the scan has refused everything else before.
 */
export function fieldsOf(record: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      const end = closingQuote(record, at + 1);
      fields.push(record.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
    } else {
      const comma = record.indexOf(",", at);
      const end = comma === -1 ? record.length : comma;
      fields.push(record.slice(at, end));
      at = end;
    }
    if (at >= record.length) return fields;
    at += 1;
  }
}

function closingQuote(record: string, from: number): number {
  let at = record.indexOf('"', from);
  while (record[at + 1] === '"') at = record.indexOf('"', at + 2);
  return at;
}

const separators = [
  [";", '";"'],
  ["\t", "tabs"],
  ["|", '"|"'],
] as const;

/** What stands between the columns of a header instead of commas; undefined where there is a comma, or one column. */
export function otherSeparator(header: string): string | undefined {
  const outsideQuotes = header.replaceAll(/"[^"]*"/g, "");
  if (outsideQuotes.includes(",")) return undefined;
  return separators.find(([character]) => outsideQuotes.includes(character))?.[1];
}
