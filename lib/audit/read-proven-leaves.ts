import { sql, type Sql } from '@/lib/db'
import { Bytes } from '@/lib/proof'
import { proveInclusion } from './prove-inclusion'
import { type LogLine, readLeafChunks, toExportLeaf } from './log-lines'

export async function* readProvenLeaves(size: bigint, where: Sql): AsyncGenerator<LogLine> {
  for await (const rows of readLeafChunks(size, sql`JOIN`, where)) {
    const proofs = await proveInclusion(
      rows.map(({ index }) => index),
      size,
    )
    for (const [place, row] of rows.entries()) {
      const proof = proofs[place]?.map(Bytes.toHex)
      yield { ...toExportLeaf(row), ...(proof && { proof }) }
    }
  }
}
