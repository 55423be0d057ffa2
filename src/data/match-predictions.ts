import type { Database } from "./database.ts";
import { offendingRows } from "./offenders.ts";
import { identifier, joined, type Sql, sql } from "./sql.ts";
import type { MatchFacts, MatchRequest, Offenders } from "./store.ts";
import { columnList, columnOf, isSameKey, repeatedRows, type Table, type TableColumn } from "./table.ts";

const listed = 20;
const none: Offenders = { count: 0, first: [] };

interface Side {
  readonly table: Table;
  readonly key: readonly TableColumn[];
}

/** Whether both keys are known to name a row each since their files were read. */
export function haveUniqueKeys(
  tables: { patients: Table; predictions: Table },
  { key }: MatchRequest,
): boolean {
  return (
    isUnique(sideOf(tables.patients, key.patients)) && isUnique(sideOf(tables.predictions, key.predictions))
  );
}

/**
 * One-to-one join facts; a key with a missing part matches nothing. `joined`: the table of `joinPredictions`, where it
 * has been made.
 */
export async function matchPredictions(
  database: Database,
  tables: { patients: Table; predictions: Table },
  { key }: MatchRequest,
  joined?: Table,
): Promise<MatchFacts> {
  const patients = sideOf(tables.patients, key.patients);
  const predictions = sideOf(tables.predictions, key.predictions);
  requireSameTypes(patients, predictions);
  const duplicatePatients = await duplicates(database, patients);
  const duplicatePredictions = await duplicates(database, predictions);
  const matched = joined
    ? await countRows(database, sql`${joined.relation} where prediction_line is not null`)
    : await countMatched(database, patients, predictions);
  const isWhole = (rows: number, repeated: Offenders) => matched === rows - repeated.count;
  const withoutPrediction = isWhole(patients.table.rows, duplicatePatients)
    ? none
    : await withoutPartner(database, patients, predictions, sql`true`);
  const isMarked = patients.table.kept !== undefined && withoutPrediction.count > 0;
  return {
    matched,
    patientsWithoutPrediction: withoutPrediction,
    keptWithoutPrediction: isMarked
      ? await withoutPartner(database, patients, predictions, sql`own.kept`)
      : withoutPrediction,
    predictionsWithoutPatient: isWhole(predictions.table.rows, duplicatePredictions)
      ? none
      : await withoutPartner(database, predictions, patients, sql`true`),
    duplicatePatients,
    duplicatePredictions,
  };
}

/** Keys that occur on both sides. */
async function countMatched(database: Database, patients: Side, predictions: Side): Promise<number> {
  return countRows(
    database,
    sql`${distinctKeys(patients)} as patient
    join ${distinctKeys(predictions)} as prediction on ${equal(patients, predictions)}`,
  );
}

async function countRows(database: Database, from: Sql): Promise<number> {
  const [counts] = await database.rows(sql`select count(*) from ${from}`);
  return Number(counts![0]);
}

function distinctKeys(side: Side): Sql {
  if (isUnique(side)) return side.table.relation;
  return sql`(select distinct ${columnList(side.key)} from ${side.table.relation})`;
}

/** Known since the file was read. */
function isUnique({ table, key }: Side): boolean {
  return isSameKey(
    key.map(({ name }) => name),
    table.key,
  );
}

/**
 * Patients with their predicted columns and the line these come from; needs unique keys on both sides.
 *
 * A view of rows side by side, which costs nothing; only where the files are not in one order are the predicted columns
 * copied into the order of the patients.
 */
export async function joinPredictions(
  database: Database,
  tables: { patients: Table; predictions: Table },
  { key, into }: MatchRequest & Required<Pick<MatchRequest, "into">>,
  relationName: string,
): Promise<Table> {
  const patients = sideOf(tables.patients, key.patients);
  const predictions = sideOf(tables.predictions, key.predictions);
  requireSameTypes(patients, predictions);
  const relation = identifier(relationName);
  const taken = into.take.map(({ column, as }, i) => {
    const { type, sql: value } = columnOf(predictions.table, column);
    return { name: as, type, value, sql: identifier(`p${i}`) };
  });
  const line = { name: "prediction_line", type: "number" as const, sql: identifier("prediction_line") };
  const columns = new Map(
    [...patients.table.columns.values(), ...taken, line].map((column) => [column.name, column]),
  );
  if (columns.size < patients.table.columns.size + taken.length + 1) {
    throw new Error(`table ${into.name} would have two columns of one name`);
  }
  const predicted = joined(
    [
      ...taken.map((column) => sql`prediction.${column.value} as ${column.sql}`),
      sql`prediction.source_line as prediction_line`,
    ],
    ",\n",
  );
  let beside = sql`(select ${predicted} from ${predictions.table.relation} as prediction)`;
  if (!(await areInOneOrder(database, patients, predictions))) {
    const inOrder = identifier(`${relationName}_predicted`);
    await database.run(sql`
      create table ${inOrder} as
      select ${predicted}
      from ${patients.table.relation} as patient
      left join ${predictions.table.relation} as prediction
        on ${equal(patients, predictions)}
      order by patient.source_line`);
    beside = inOrder;
  }
  await database.run(sql`
    create view ${relation} as
    select patient.*, prediction.*
    from ${patients.table.relation} as patient
    positional join ${beside} as prediction`);
  return { ...patients.table, name: into.name, relation, columns };
}

/** Whether both files list the same keys in the same order, so that rows belong together by their place. */
async function areInOneOrder(database: Database, patients: Side, predictions: Side): Promise<boolean> {
  if (patients.table.rows !== predictions.table.rows) return false;
  const differ = patients.key.map(
    (column, i) => sql`(patient.${column.sql} = prediction.${predictions.key[i]!.sql}) is not true`,
  );
  const found = await database.rows(sql`
    select 1
    from ${patients.table.relation} as patient
    positional join ${predictions.table.relation} as prediction
    where ${joined(differ, " or ")}
    limit 1`);
  return found.length === 0;
}

function sideOf(table: Table, key: readonly string[]): Side {
  return { table, key: key.map((name) => columnOf(table, name)) };
}

function requireSameTypes(patients: Side, predictions: Side): void {
  const types = (side: Side) => side.key.map(({ type }) => type).join(", ");
  if (patients.key.length === 0 || types(patients) !== types(predictions)) {
    throw new Error(`keys of different types: ${types(patients)} and ${types(predictions)}`);
  }
}

function equal(patients: Side, predictions: Side): Sql {
  return joined(
    patients.key.map((column, i) => sql`patient.${column.sql} = prediction.${predictions.key[i]!.sql}`),
    " and ",
  );
}

async function withoutPartner(
  database: Database,
  own: Side,
  other: Side,
  condition: Sql,
): Promise<Offenders> {
  const same = joined(
    own.key.map((column, i) => sql`own.${column.sql} = other.${other.key[i]!.sql}`),
    " and ",
  );
  const query = sql`
    select own.source_line
    from ${own.table.relation} as own
    where ${condition}
      and not exists (select 1 from ${other.table.relation} as other where ${same})`;
  return placesOf(database, own.table, query);
}

/** Rows beyond the first with the same key. */
async function duplicates(database: Database, side: Side): Promise<Offenders> {
  if (isUnique(side)) return none;
  const { table, key } = side;
  const repeated = repeatedRows(table.relation, columnList(key));
  return placesOf(database, table, sql`select source_line from (${repeated}) as repeated`);
}

async function placesOf(database: Database, { source }: Table, query: Sql): Promise<Offenders> {
  const { count, first } = await offendingRows(database, query, { order: sql`source_line`, listed });
  return { count, first: first.map(([line]) => `${source.name}:${line}`) };
}
