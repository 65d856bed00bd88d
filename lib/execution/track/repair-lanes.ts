import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { readAgreed, type CallPurpose } from '@/lib/chains'
import { db, sql, withTransaction, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

type Lane = { network: Caip2; address: string; purpose: CallPurpose; nextNonce: bigint }

/** More gaps at once look like a restarted chain, which an operator has to check. */
const gapMax = 100

/** SQL condition: `repairLanes` may have something to do. */
export const toRepair: Sql = sql`EXISTS (SELECT FROM transaction WHERE status = 'submitted' AND kind <> 'raw')`

/**
 * Fills gaps in busy lanes: nonces below our counter that are not used on chain and have no transaction, so that every
 * later one would wait forever. Gaps appear only if a chain or a database was set back. Each gets a transaction of the
 * signer to itself. Returns the number filled; safe at any time and in any number of processes.
 */
export async function repairLanes(ctx: Ctx): Promise<number> {
  const lanes = await db.query<Lane>(sql`
    SELECT network, address, purpose, next_nonce FROM signer s
    WHERE EXISTS (
      SELECT 1 FROM transaction t
      WHERE t.network = s.network AND t.signer = s.address AND t.kind <> 'raw' AND t.status = 'submitted')`)
  const filled = await Promise.all(
    lanes.map((lane) =>
      repair(ctx, lane).catch((error: unknown) => {
        log().warn({ err: error, network: lane.network, signer: lane.address }, 'a lane could not be looked at')
        return 0
      }),
    ),
  )
  return filled.reduce((sum, count) => sum + count, 0)
}

async function repair(ctx: Ctx, lane: Lane): Promise<number> {
  const { network, address, nextNonce } = lane
  const used = await readAgreed<Hex>(network, 'eth_getTransactionCount', [address, 'latest'])
  if (used === undefined || BigInt(used) >= nextNonce) return 0
  const gaps = await db.query<{ nonce: bigint }>(sql`
    SELECT n AS nonce FROM generate_series(${BigInt(used)}::bigint, ${nextNonce - 1n}::bigint) n
    WHERE NOT EXISTS (
      SELECT 1 FROM transaction t WHERE t.network = ${network} AND t.signer = ${address} AND t.nonce = n)
    ORDER BY n LIMIT ${gapMax + 1}`)
  if (gaps.length > gapMax) {
    const about = { network, signer: address, chainNonce: used }
    log().error(about, 'the chain knows far fewer transactions of this signer than the database: was it reset?')
    return 0
  }
  for (const { nonce } of gaps) await fill(ctx, lane, nonce)
  return gaps.length
}

async function fill(ctx: Ctx, { network, address, purpose }: Lane, nonce: bigint): Promise<void> {
  const id = ctx.id()
  await withTransaction(async (tx) => {
    const filled = await tx.execute(sql`
      INSERT INTO transaction (id, network, kind, signer, purpose, "to", data, nonce)
      VALUES (${id}::uuid, ${network}, 'call', ${address}, ${purpose}, ${address}, '', ${nonce})
      ON CONFLICT (network, signer, nonce) DO NOTHING`)
    if (filled === 1)
      await recordEvent(tx, ctx, {
        type: 'transaction.queued',
        transactionId: id,
        data: {
          network,
          kind: 'call',
          purpose,
          signer: address,
          to: address,
          nonce,
          fills: 'a slot without a transaction',
        },
      })
  })
}
