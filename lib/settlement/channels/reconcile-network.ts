import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { readMax } from './sync-channels'
import { reconcileChannels } from './reconcile-channels'

/** Most channels of a network in one run. A full round over more channels takes several runs. */
const roundMax = 4_000

/**
 * Compares open channels of a network with the contract, many in one read, and updates their rows, also for changes
 * that no event reported. Each run continues where the last one ended, in id order, so that the channel compared
 * longest ago comes next; at most `roundMax`, each once. Safe to run in any process at any time.
 * @param untilMs by `performance.now()`: no read begins later.
 * @returns the number of channels compared.
 * @throws RpcError | TransportError when the chain cannot be read.
 */
export async function reconcileNetwork(ctx: Ctx, network: Caip2, untilMs: number): Promise<number> {
  const [round] = await db.query<{ afterId: string }>(
    sql`SELECT after_id FROM channel_round WHERE network = ${network}`,
  )
  const first = round?.afterId ?? ''
  let compared = 0
  let after = first
  for (let hasWrapped = false; compared < roundMax && performance.now() < untilMs;) {
    const ids = await findAfter(network, after, hasWrapped ? first : undefined)
    await reconcileChannels(ctx, network, ids)
    compared += ids.length
    after = ids.at(-1) ?? ''
    if (ids.length < readMax) {
      if (hasWrapped || first === '') break
      hasWrapped = true
      after = ''
    }
    await noteRound(network, after)
  }
  return compared
}

async function findAfter(network: Caip2, after: string, upTo: string | undefined): Promise<Hex[]> {
  const rows = await db.query<{ id: Hex }>(sql`
    SELECT id FROM channel WHERE status = 'open' AND network = ${network} AND id > ${after}
      ${upTo === undefined ? sql`` : sql`AND id <= ${upTo}`} ORDER BY id LIMIT ${readMax}`)
  return rows.map(({ id }) => id)
}

async function noteRound(network: Caip2, afterId: string): Promise<void> {
  await db.execute(sql`
    INSERT INTO channel_round (network, after_id) VALUES (${network}, ${afterId})
    ON CONFLICT (network) DO UPDATE SET after_id = EXCLUDED.after_id`)
}
