import { kindOf } from "../fhir-types.ts";
import { type Sql, sql } from "../sql.ts";
import type { Compilation } from "./compilation.ts";
import { openChoice } from "./elements.ts";
import { computed, isNothing, nothing, single, type Value } from "./value.ts";

/**
 * The least or the greatest value that the digits given leave open.
 *
 *     2010-10   →  2010-10-01 or 2010-10-31
 *     2010      →  2010-01-01T00:00:00.000+14:00 or 2010-12-31T23:59:59.999-12:00, of a dateTime
 *     12:34:00  →  12:34:00.000 or 12:34:00.999
 *     1.10      →  1.095 or 1.105
 *
 * Of a decimal, half a unit of the last digit that stands in the file; the result is double precision.
 * Source: FHIRPath 3.0.0-ballot, lowBoundary() and highBoundary().
 */
export function boundary(side: "low" | "high", of: Value, compilation: Compilation): Value {
  if (isNothing(of)) return nothing;
  if (of.choice) throw openChoice(of, compilation);
  const kind = kindOf(of.type);
  const isNumber = kind === "decimal" || kind === "integer";
  if (isNumber && !of.isSource) {
    throw compilation.unsupported(
      "a boundary of a computed number is not known",
      "ask for that of an element of the resource",
    );
  }
  const value = single(isNumber ? { ...of, type: "string" } : of, compilation).sql;
  if (isNumber) {
    compilation.needsDigits ||= kind === "decimal";
    return computed(
      "decimal",
      compilation.named(value, (text) => ofNumber(side, text)),
    );
  }
  if (kind === "time")
    return computed(
      "time",
      compilation.named(value, (text) => ofTime(side, text)),
    );
  if (kind !== "moment") {
    throw compilation.typeProblem(`a ${of.type} has no boundaries`, "dates, times and numbers have");
  }
  const isDate = of.type === "date";
  return computed(
    of.type,
    compilation.named(value, (text) => (isDate ? ofDate(side, text) : ofDateTime(side, text))),
  );
}

function ofNumber(side: "low" | "high", text: Sql): Sql {
  const decimals = sql`length(regexp_extract(${text}, '\\.([0-9]+)', 1))`;
  const exponent = sql`coalesce(try_cast(regexp_extract(${text}, '[eE]([+-]?[0-9]+)', 1) as integer), 0)`;
  const digits = sql`(${decimals} - ${exponent})`;
  const sign = side === "low" ? sql`-` : sql`+`;
  return sql`round(try_cast(${text} as double) ${sign} 0.5 * pow(10, -${digits}), cast(${digits} + 1 as integer))`;
}

const seconds = (side: "low" | "high") => (side === "low" ? sql`'.000'` : sql`'.999'`);

function ofTime(side: "low" | "high", text: Sql): Sql {
  return sql`case when contains(${text}, '.') then ${text} else ${text} || ${seconds(side)} end`;
}

function ofDate(side: "low" | "high", text: Sql): Sql {
  const month = side === "low" ? sql`'-01'` : sql`'-12'`;
  const withMonth = sql`(case when length(${text}) = 4 then ${text} || ${month} else ${text} end)`;
  const day =
    side === "low"
      ? sql`${withMonth} || '-01'`
      : sql`strftime(last_day(try_cast(${withMonth} || '-01' as date)), '%Y-%m-%d')`;
  return sql`(case when length(${text}) >= 10 then left(${text}, 10) else ${day} end)`;
}

/** A day without an offset begins first where clocks are 14 hours ahead, and ends last where they are 12 behind. */
function ofDateTime(side: "low" | "high", text: Sql): Sql {
  const rest = side === "low" ? sql`'T00:00:00.000+14:00'` : sql`'T23:59:59.999-12:00'`;
  const offset = sql`regexp_extract(${text}, '(Z|[+-][0-9]{2}:[0-9]{2})$', 1)`;
  const clock = sql`left(${text}, length(${text}) - length(${offset}))`;
  return sql`(case when length(${text}) <= 10 then ${ofDate(side, text)} || ${rest}
    when contains(${text}, '.') then ${text} else ${clock} || ${seconds(side)} || ${offset} end)`;
}
