export type SqlParameter = string | number | boolean;

/** SQL with `?` for each value: text of ours, values of anyone's. */
export interface Sql {
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
}

/**
 * Builds SQL from a template: an interpolated fragment is spliced in, any other value becomes a parameter.
 * User text can therefore only arrive as a value. Numbers are double precision, whatever they look like.
 */
export function sql(text: TemplateStringsArray, ...values: readonly (Sql | SqlParameter)[]): Sql {
  let result = text[0]!;
  const parameters: SqlParameter[] = [];
  values.forEach((value, i) => {
    const fragment = typeof value === "object" ? value : parameter(value);
    result += fragment.sql + text[i + 1]!;
    parameters.push(...fragment.parameters);
  });
  return { sql: result, parameters };
}

function parameter(value: SqlParameter): Sql {
  return { sql: typeof value === "number" ? "cast(? as double)" : "?", parameters: [value] };
}

/** A quoted name; a quote inside is doubled, so any text is safe and stays a name. */
export function identifier(name: string): Sql {
  if (name.includes("\0")) throw new Error("a name cannot hold a NUL character");
  return { sql: `"${name.replaceAll('"', '""')}"`, parameters: [] };
}

/** A quoted text; a quote inside is doubled. Only where the engine takes no parameter: settings and copies. */
export function literal(text: string): Sql {
  if (text.includes("\0")) throw new Error("a text cannot hold a NUL character");
  return { sql: `'${text.replaceAll("'", "''")}'`, parameters: [] };
}

/** Fragments with one of our own separators between them. */
export function joined(
  fragments: readonly Sql[],
  separator: " " | ", " | ",\n" | "\n" | " and " | " or " | " union all ",
): Sql {
  return {
    sql: fragments.map((fragment) => fragment.sql).join(separator),
    parameters: fragments.flatMap((fragment) => fragment.parameters),
  };
}

/** A whole number of ours, written into the text: limits, ordinals, positions. */
export function whole(number: number): Sql {
  if (!Number.isSafeInteger(number)) throw new Error(`expected a whole number, got ${number}`);
  return { sql: String(number), parameters: [] };
}
