/** True for a date of the Gregorian calendar written YYYY-MM-DD: 2024-02-29 yes, 2026-02-30 no. */
export function isIsoDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year === 0 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= lengths[month - 1]!;
}

/**
 * What a date that is not written YYYY-MM-DD seems to be, as the sentence of a hint; undefined where it seems to be none.
 * Nothing is converted: 03/04/2020 is two different days on two sides of an ocean.
 */
export function dateFormatFound(text: string): string | undefined {
  const cell = text.trim();
  const parts = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})$/.exec(cell);
  if (parts) return `it reads as ${orderOf(Number(parts[1]), Number(parts[3]))}`;
  if (/^\d{4}-\d{2}-\d{2}$/.test(cell)) return isIsoDate(cell) ? undefined : "the calendar has no such day";
  if (/^\d{4}-\d{2}-\d{2}[T ]/.test(cell)) return "it holds a time of day; the date alone is read";
  if (/^\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}$/.test(cell))
    return "it reads as year, month, day; write two digits and hyphens";
  if (/^(19|20)\d{6}$/.test(cell)) return "it reads as year, month, day without hyphens";
  if (/^\d{5}(\.\d+)?$/.test(cell)) return "it reads as the day number of a spreadsheet";
  return undefined;
}

function orderOf(first: number, second: number): string {
  if (first > 12) return "day, month, year";
  if (second > 12) return "month, day, year";
  return "day, month, year or month, day, year, which cannot be told apart";
}
