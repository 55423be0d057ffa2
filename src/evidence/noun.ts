/** A word for one thing and for several: "encounter", "encounters". */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

/**
 * Our own words about patients, said of what a row of the study is: "Patients who meet the criteria" → "Encounters that
 * meet the criteria". Names of files and tables stay; what a study's author wrote must not go through here.
 */
export function saidOf(unit: Noun, text: string): string {
  if (unit.one === "patient") return text;
  return text.replace(
    /\b(p)atient(s?)\b(?! (?:file|table))(?: (?:who(m)?|whose)\b)?/gi,
    (found: string, first: string, plural: string, object: string | undefined) => {
      const noun = plural === "" ? unit.one : unit.many;
      const begun = first === "P" ? `${noun[0]!.toUpperCase()}${noun.slice(1)}` : noun;
      if (/ whose$/i.test(found)) return `${begun} whose`;
      if (object !== undefined) return `${begun} which`;
      return / who$/i.test(found) ? `${begun} that` : begun;
    },
  );
}
