import { compileExpression } from "./compile-expression.ts";
import type { Database } from "./database.ts";
import { identifier, joined, type Sql, sql, whole } from "./sql.ts";
import type { AttritionFacts, AttritionRequest } from "./store.ts";
import { columnList, columnOf, columnSqlOf, isSameKey, type Table } from "./table.ts";

/**
 * Applies keep-criteria in order. A record leaves at the first criterion that is not true; a subject
 * leaves with its last record. Records without a subject count as one subject.
 */
export async function attrition(
  database: Database,
  table: Table,
  { subject, steps }: AttritionRequest,
  relationName: string,
): Promise<{ table: Table; facts: AttritionFacts }> {
  const relation = identifier(relationName);
  const criteria = steps.map(
    ({ expression }, i) =>
      sql`${compileExpression(expression, columnSqlOf(table))} as ${identifier(`keep_${i}`)}`,
  );
  const answers = steps.map((_, i) => identifier(`keep_${i}`));
  const exclusions = answers.map((keep, i) => sql`when ${keep} is not true then ${whole(i)}`);
  const silences = answers.map((keep) => sql`when ${keep} is not true then ${keep} is null`);
  const all = answers.map((keep) => sql`${keep} is true`);
  const marks = identifier(`${relationName}_marks`);
  await database.run(sql`
    create table ${marks} as
    with answered as (
      select ${joined([sql`source_line`, ...criteria], ",\n")}
      from ${table.relation}
    )
    select
      cast(${firstOf(exclusions, sql`null`)} as integer) as excluded_step,
      ${firstOf(silences, sql`false`)} as excluded_missing,
      ${all.length === 0 ? sql`true` : joined(all, " and ")} as kept
    from answered`);
  // Beside the rows, in their order: a copy of the table would take ten times as long.
  await database.run(sql`
    create view ${relation} as
    select ${columnList(table.columns.values())}, source_file, source_line, excluded_step, excluded_missing, kept
    from (select ${columnList(table.columns.values())}, source_file, source_line from ${table.relation}) as own
    positional join ${marks}`);
  const facts = await countSteps(database, { ...table, relation }, { subject, nSteps: steps.length });
  return { table: { ...table, relation, kept: (facts.steps.at(-1) ?? facts.start).records }, facts };
}

function firstOf(cases: readonly Sql[], otherwise: Sql): Sql {
  return cases.length === 0 ? otherwise : sql`case ${joined(cases, "\n")} else ${otherwise} end`;
}

async function countSteps(
  database: Database,
  table: Table,
  { subject, nSteps }: { subject: readonly string[]; nSteps: number },
): Promise<AttritionFacts> {
  const excluded = new Map<number, { records: number; missing: number }>();
  const rows = await database.rows(sql`
    select
      coalesce(excluded_step, ${whole(nSteps)}) as step,
      count(*),
      count(*) filter (where excluded_missing)
    from ${table.relation}
    group by step`);
  for (const [step, records, missing] of rows) {
    excluded.set(Number(step), { records: Number(records), missing: Number(missing) });
  }
  const subjectsLeaving = isSameKey(subject, table.key)
    ? new Map([...excluded].map(([step, { records }]) => [step, records]))
    : await countSubjects(database, table, { subject, nSteps });
  const sumOf = (counts: Iterable<number>) => [...counts].reduce((sum, count) => sum + count, 0);
  const start = {
    records: sumOf([...excluded.values()].map(({ records }) => records)),
    subjects: sumOf(subjectsLeaving.values()),
  };
  let { records, subjects } = start;
  const steps = Array.from({ length: nSteps }, (_, step) => {
    const out = excluded.get(step) ?? { records: 0, missing: 0 };
    records -= out.records;
    subjects -= subjectsLeaving.get(step) ?? 0;
    return { records, subjects, excluded: out.records, excludedMissing: out.missing };
  });
  return { start, steps };
}

/** Subjects by the step at which their last record leaves; `nSteps` where one stays. */
async function countSubjects(
  database: Database,
  table: Table,
  { subject, nSteps }: { subject: readonly string[]; nSteps: number },
): Promise<Map<number, number>> {
  if (subject.length === 0) throw new Error("an attrition needs the columns that name a subject");
  const key = columnList(subject.map((name) => columnOf(table, name)));
  const rows = await database.rows(sql`
    select last_step, count(*)
    from (
      select max(coalesce(excluded_step, ${whole(nSteps)})) as last_step
      from ${table.relation}
      group by ${key}
    ) as subject
    group by last_step`);
  return new Map(rows.map(([step, count]) => [Number(step), Number(count)]));
}
