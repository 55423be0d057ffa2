/** Titles and degrees that people write or leave out; words that are names as well, such as "do", are not among them. */
const titles: ReadonlySet<string> = new Set(
  "bsc doctor dr dphil facp frcp herr frau mba mbbs md miss mph mr mrs ms msc msn mx phd prof professor rn sir".split(
    " ",
  ),
);

/**
 * Whether two spellings may be of one name: case, accents, width, spaces, punctuation, titles, the order of words, and
 * letters of another script that look the same do not count. It errs towards one person: whoever is refused can add a middle name, whoever passes has acted.
 *
 * It knows nothing of short forms ("A. Ruiz"), changed names or transcriptions ("Müller", "Mueller").
 */
export function sameName(a: string, b: string): boolean {
  return sameWords(wordsOf(a), wordsOf(b), a === b) || sameWords(wordsOf(seen(a)), wordsOf(seen(b)), a === b);
}

/**
 * Whether a text that may name several people names this one: the text is the name, a part of it between signs or "and"
 * is, or the name's words, two or more, stand in it side by side, whatever words or signs of any language join the people.
 */
export function namesPerson(text: string, name: string): boolean {
  if (
    [text, ...text.split(/[^\p{L}\p{M}\p{N}\s'’ʼ`.-]+|\s(?:and|with)\s/iu)].some((part) =>
      sameName(part, name),
    )
  )
    return true;
  return holdsWords(wordsOf(text), wordsOf(name)) || holdsWords(wordsOf(seen(text)), wordsOf(seen(name)));
}

/** In any order, without a gap. A name of one word may be a part of another's, except where words are not set apart. */
function holdsWords(text: readonly string[], name: readonly string[]): boolean {
  if (name.length === 1) return unspaced.test(name[0]!) && text.some((word) => word.includes(name[0]!));
  const wanted = sorted(name);
  return text.some((_, from) => sorted(text.slice(from, from + name.length)) === wanted);
}

/** Scripts that write a whole name as one word. */
const unspaced = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{2,}$/u;

function sameWords(one: readonly string[], other: readonly string[], isSame: boolean): boolean {
  if (one.length === 0 || other.length === 0) return isSame;
  return one.join("") === other.join("") || sorted(one) === sorted(other);
}

/**
 * Letters of Cyrillic, Greek and others that are drawn as Latin ones, each in its own case: "Η" is drawn as H, "η" as n.
 * Source: the single letters of Unicode's confusables.txt (UTS 39) between these scripts.
 */
const drawnAs: ReadonlyMap<string, string> = new Map(
  [
    ["АВСЕНІЈКМОРЅТХУҮԌԚԜ", "ABCEHIJKMOPSTXYYGQW"],
    ["асеһіјкорѕхуԁԛԝѵӏү", "acehijkopsxydqwvly"],
    ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC"],
    ["αγηικνορτυχωϲ", "aynikvoptuxwc"],
    ["օսհոɑɡ", "ouhnag"],
  ].flatMap(([from = "", to = ""]) => [...from].map((letter, i): [string, string] => [letter, to[i]!])),
);

/** A name as it is seen. */
function seen(name: string): string {
  return Array.from(name.normalize("NFKD"), (letter) => drawnAs.get(letter) ?? letter).join("");
}

function sorted(words: readonly string[]): string {
  return words.toSorted().join(" ");
}

/** Accents, of Latin, Greek and Cyrillic letters alone; marks of other scripts are letters. */
const accents = /[\u0300-\u036f]/g;
const invisible = /\p{Default_Ignorable_Code_Point}/gu;
/** Inside a name or its short forms: "O'Brien", "Ph.D.". */
const joining = /['’ʼ`.]/g;

function wordsOf(name: string): readonly string[] {
  const plain = name.normalize("NFKD").replace(accents, "").normalize("NFKC").replace(invisible, "");
  // Upper case first: it is what makes "ß" and "ss" one.
  const folded = plain.toUpperCase().toLowerCase().replace(joining, "");
  const words = folded.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== "");
  const names = words.filter((word) => !titles.has(word));
  return names.length > 0 ? names : words;
}
