import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { insertChannel, insertSeller } from '../../../sandbox/testing/channel-rows-fixture'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { bookedUpTo } from './booked-up-to'
import { checkSums } from './check-sums'

const ctx = createCtx({ kind: 'system', id: 'test' })
const network = 'eip155:1337' as const
const asset = '0x20c0000000000000000000000000000000000000'
const payTo = `0x${'7'.repeat(40)}`
const other = `0x${'8'.repeat(40)}`
const cash = Account.cash(payTo)
let seller: { merchantId: string; resourceId: string }

beforeAll(async () => {
  seller = await insertSeller()
})

type Sold = { block: bigint; amountBase?: bigint; to?: string; origin?: 'gateway' | 'facilitator' }

/** A payment whose transfer was seen in a block, booked as settlements are. */
async function settle({ block, amountBase = 1_000n, to = payTo, origin = 'gateway' }: Sold): Promise<string> {
  const id = randomUUID()
  await db.execute(sql`
    INSERT INTO payment (id, merchant_id, resource_id, origin, protocol, scheme, wire, network, asset, payer, pay_to, amount_base,
      claim_key, fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument)
    VALUES (${id}::uuid, ${seller.merchantId}::uuid, ${origin === 'gateway' ? seller.resourceId : null}::uuid, ${origin}, 'x402', 'exact',
      'x402 v2', ${network}, ${asset}, '0xp', ${to}, ${amountBase}, ${`k|${id}`}, '\\x00', '{}', 'q', now(), 'after', 'authorized',
      'pending', '{}', '{}', '{}')`)
  await withTransaction(async (tx) => {
    await tx.execute(sql`
      UPDATE payment SET settlement = 'settled', block_number = ${block}, tx_hash = ${`0x${randomBytes(32).toString('hex')}`}, log_index = 0
      WHERE id = ${id}::uuid`)
    if (origin === 'gateway') await book(id, 'settle', to, amountBase, tx)
  })
  return id
}

function book(
  paymentId: string,
  reason: 'settle' | 'reorged',
  to: string,
  amountBase: bigint,
  tx: Parameters<typeof postTransfers>[0],
) {
  const receivable = Account.receivable(seller.merchantId)
  const [debit, credit] = reason === 'settle' ? [Account.cash(to), receivable] : [receivable, Account.cash(to)]
  return postTransfers(tx, [{ kind: 'direct', reason, debit, credit, network, asset, amountBase, paymentId }])
}

/** What a reorganisation does to a payment: its entry is taken back, and its block is not known any more. */
const takeBack = (id: string, amountBase = 1_000n) =>
  withTransaction(async (tx) => {
    await tx.execute(
      sql`UPDATE payment SET settlement = 'pending', block_number = NULL, tx_hash = NULL, log_index = NULL WHERE id = ${id}::uuid`,
    )
    await book(id, 'reorged', payTo, amountBase, tx)
  })

const settleAgain = (id: string, block: bigint) =>
  withTransaction(async (tx) => {
    await tx.execute(sql`
      UPDATE payment SET settlement = 'settled', block_number = ${block}, tx_hash = ${`0x${randomBytes(32).toString('hex')}`}, log_index = 0
      WHERE id = ${id}::uuid`)
    await book(id, 'settle', payTo, 1_000n, tx)
  })

/** Added up from the beginning: settled payments of blocks up to this one, and all that channels paid. */
async function addedUp(block: bigint): Promise<bigint> {
  const [row] = await db.query<{ sum: bigint }>(sql`
    SELECT (
      SELECT coalesce(sum(p.amount_base), 0) FROM payment p
      WHERE p.settlement = 'settled' AND p.pay_to = ${payTo} AND p.network = ${network} AND p.asset = ${asset} AND p.block_number <= ${block}
    ) + (
      SELECT coalesce(sum(CASE WHEN t.debit = ${cash} THEN t.amount_base ELSE -t.amount_base END), 0) FROM transfer t
      WHERE t.channel_id IS NOT NULL AND ${cash} IN (t.debit, t.credit)) - (
      SELECT coalesce(sum(s.paid_base), 0) FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id
        JOIN transaction t ON t.id = b.transaction_id
      WHERE s.status = 'settled' AND t.block_number > ${block}) AS sum`)
  return row!.sum
}

const blocks = [0n, 9n, 10n, 11n, 15n, 20n, 29n, 30n, 31n, 100n]

async function expectEqual(): Promise<void> {
  for (const block of blocks)
    expect([block, await bookedUpTo({ network, asset, address: payTo }, block)]).toEqual([block, await addedUp(block)])
}

/** A channel's payout by a settlement of ours in a block. */
async function payFromChannel(block: bigint, amountBase: bigint): Promise<void> {
  const channelId = await insertChannel(seller)
  const [transactionId, batchId, settlementId] = [randomUUID(), randomUUID(), randomUUID()]
  await withTransaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO transaction (id, network, kind, signer, purpose, status, block_number)
      VALUES (${transactionId}::uuid, ${network}, 'call', '0xs', 'settlement', 'included', ${block})`)
    await tx.execute(sql`
      INSERT INTO settlement_batch (id, network, asset, form, status, transaction_id, size, amount_base)
      VALUES (${batchId}::uuid, ${network}, ${asset}, 'channels', 'applied', ${transactionId}::uuid, 1, ${amountBase})`)
    await tx.execute(sql`
      INSERT INTO channel_settlement (id, batch_id, channel_id, kind, trigger, cumulative_base, spent_base, units, vouchers, status, paid_base)
      VALUES (${settlementId}::uuid, ${batchId}::uuid, ${channelId}, 'settle', 'member', ${amountBase}, ${amountBase}, 1, 1, 'settled', ${amountBase})`)
    await tx.execute(sql`UPDATE channel SET payee = ${payTo} WHERE id = ${channelId}`)
    const about = { kind: 'direct' as const, network, asset, channelId }
    const entry = { ...about, reason: 'settle' as const, debit: cash, credit: Account.receivable(seller.merchantId) }
    await postTransfers(tx, [{ ...entry, amountBase }])
  })
}

describe('the running sum of an address', () => {
  it('is the full sum at every block: late entries of old blocks, what was taken back, and channels among them', async () => {
    await settle({ block: 10n })
    await settle({ block: 30n, amountBase: 7n })
    await settle({ block: 20n, to: other })
    await settle({ block: 20n, origin: 'facilitator', amountBase: 50n })
    await expectEqual()
    const undone = await settle({ block: 15n })
    await payFromChannel(11n, 300n)
    await payFromChannel(31n, 40n)
    await expectEqual()
    await takeBack(undone)
    await expectEqual()
    await settle({ block: 9n, amountBase: 5n })
    await settleAgain(undone, 29n)
    await expectEqual()
    await settle({ block: 100n, origin: 'facilitator', amountBase: 1n })
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => settle({ block: BigInt(at * 4), amountBase: BigInt(at + 1) })),
    )
    await expectEqual()
    expect(await addedUp(100n)).toBe(1_000n + 7n + 50n + 300n + 40n + 5n + 1_000n + 1n + 55n)
  })

  it('stands by what the nightly check adds up, which puts a wrong one right and says so', async () => {
    expect(await checkSums(ctx)).toBe(0)
    await db.execute(sql`UPDATE cash_sum SET base = base + 3 WHERE address = ${payTo} AND slot = (
      SELECT min(slot) FROM cash_sum WHERE address = ${payTo})`)
    await db.execute(sql`DELETE FROM cash_sum WHERE address = ${other}`)
    await db.execute(sql`
      INSERT INTO channel_exposure (merchant_id, network, slot, micros) VALUES (${seller.merchantId}::uuid, ${network}, 99, 12)`)
    expect(await checkSums(ctx)).toBe(3)
    await expectEqual()
    const told = await db.query<{ data: object }>(
      sql`SELECT data FROM audit_event WHERE type = 'reconcile.sum_corrected' ORDER BY data ->> 'address'`,
    )
    expect(told.map(({ data }) => data)).toEqual([
      { network, asset, address: payTo, missingBase: '-3' },
      { network, asset, address: other, missingBase: '1000' },
      { network, missingMicros: '-12' },
    ])
    expect(await checkSums(ctx)).toBe(0)
  })
})

describe('what was sold', () => {
  it('is added up again each night: a wrong sum of an hour or a payer is put right, and said so', async () => {
    const id = await settle({ block: 900n })
    await db.execute(sql`UPDATE payment SET status = 'delivered' WHERE id = ${id}::uuid`)
    await checkSums(ctx)
    const told = () =>
      db.query<{ sales: number }>(sql`
        SELECT (data->>'sales')::int AS sales FROM audit_event WHERE type = 'reconcile.sum_corrected' AND data ? 'sales'
          AND merchant_id = ${seller.merchantId}::uuid`)
    const before = await told()
    await db.execute(sql`
      INSERT INTO sale_delta (merchant_id, resource_id, network, asset, at, sold, answered, base, payer, protocol, calls)
      VALUES (${seller.merchantId}::uuid, ${seller.resourceId}::uuid, ${network}, ${asset}, now(), 1, 1, 5, '0xp', 'x402', 1)`)
    expect(await checkSums(ctx)).toBe(2)
    expect((await told()).slice(before.length)).toEqual([{ sales: 1 }, { sales: 1 }])
    expect(await checkSums(ctx)).toBe(0)
  })
})
