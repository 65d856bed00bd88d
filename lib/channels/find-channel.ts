import { db, sql } from '@/lib/db'
import type { Channel } from './Channel'
import { columns } from './columns'

/** A channel by its id on chain, in any status; undefined if it was never opened here. */
export async function findChannel(id: string): Promise<Channel | undefined> {
  const [row] = await db.query<Channel>(sql`SELECT ${columns} FROM channel WHERE channel.id = ${id}`)
  return row
}
