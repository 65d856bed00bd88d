import { planned, sql, type Sql, type Tx } from './transaction'

/** A change that is to happen with others or not at all, as members of the WITH of one statement. */
export type WritePart = {
  /** SELECTs that lock what it is about. Parts lock in their order. */
  locks?: Sql
  /** Whether it may happen, said of what it locked. */
  holds?: Sql
  /** INSERTs, UPDATEs and DELETEs, each of which writes nothing unless `when`. */
  writes?(when: Sql): Sql
}

/** Which of the parts may not happen, by their places: none when all of it is written. */
export type WriteResult = { isWritten: boolean; missing: readonly number[] }

/**
 * Writes all of the parts in one statement and so in one transaction, or none of them when one does not hold. What locks waits for
 * other transactions, and looks at the newest rows after that; what only reads sees how it was when the statement began: a part
 * whose condition others can change has to lock what they write.
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
