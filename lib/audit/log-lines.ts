import { db, sql, type Sql } from '@/lib/db'
import { Bytes, type Export, type Leaf } from '@/lib/proof'
import { columns, disclosed, toDocument, type StoredEvent } from './row'

const chunk = 1_000

type Logged = { index: bigint; hash: Buffer; disclosed: Leaf.DisclosureSet | null } & (StoredEvent | { seq: null })

export type LogLine = Export.ExportLeaf | { checkpoint: string }

export async function* readLeafChunks(size: bigint, join: Sql, where: Sql): AsyncGenerator<Logged[]> {
  for (let after = -1n; ;) {
    const rows = await db.query<Logged>(sql`
      SELECT ${columns}, l.index, l.hash, ${disclosed} FROM audit_leaf l ${join} audit_event e ON e.seq = l.seq
      WHERE l.index > ${after} AND l.index < ${size} AND ${where} ORDER BY l.index LIMIT ${chunk}`)
    yield rows
    after = rows.at(-1)?.index ?? size
    if (rows.length < chunk) return
  }
}

export function toExportLeaf({ index, hash, disclosed: known, ...row }: Logged): Export.ExportLeaf {
  return {
    index: index.toString(),
    hash: Bytes.toHex(hash),
    event: row.seq === null ? null : toDocument(row),
    ...(known && { disclosed: known }),
  }
}
