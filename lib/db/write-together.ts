import { planned, sql, type Sql, type Tx } from './transaction'

/** A change that happens together with others or not at all, as members of the WITH of one statement. */
export type WritePart = {
  /** SELECTs that lock its rows. Parts lock in their order. */
  locks?: Sql
  /** The condition of the change, on the locked rows. */
  holds?: Sql
  /** INSERTs, UPDATEs and DELETEs that write nothing unless `when`. */
  writes?(when: Sql): Sql
}

/** `missing`: positions of the parts whose condition is false; empty if everything was written. */
export type WriteResult = { isWritten: boolean; missing: readonly number[] }

/**
 * Writes all parts in one statement, and so in one transaction; or none of them if one condition is false. A SELECT that locks
 * waits for other transactions and then sees the newest rows; a SELECT that only reads sees the state when the statement began.
 * A part whose condition others can change must therefore lock the rows that they write.
 */
export async function writeTogether(tx: Tx, parts: readonly WritePart[]): Promise<WriteResult> {
  const conditions = parts.map(({ holds }) => holds ?? sql`true`)
  const locks = parts.flatMap((part) => part.locks ?? [])
  const all = conditions.reduce((joined, condition) => sql`${joined} AND ${condition}`)
  const when = sql`EXISTS (SELECT 1 FROM together)`
  const writes = parts.flatMap((part) => part.writes?.(when) ?? [])
  const members = [...locks, sql`together AS MATERIALIZED (SELECT 1 WHERE ${all})`, ...writes]
  const [row] = await tx.query<{ isWritten: boolean; held: (boolean | null)[] }>(
    planned(sql`
    WITH ${members.reduce((joined, member) => sql`${joined}, ${member}`)}
    SELECT ${when} AS is_written, ARRAY[${conditions.reduce((joined, condition) => sql`${joined}, ${condition}`)}] AS held`),
  )
  const { isWritten = false, held = [] } = row ?? {}
  return { isWritten, missing: held.flatMap((isHeld, at) => (isHeld === true ? [] : [at])) }
}
