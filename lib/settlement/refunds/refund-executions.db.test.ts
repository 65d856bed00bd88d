import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { commitCharge, acceptVoucher } from '@/lib/channels'
import { createCtx } from '@/lib/ctx'
import { db, json, pool, sql, withTransaction } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { address, asset, hex, insertChannel, insertSeller, network } from '@/sandbox/testing/channel-rows-fixture'
import { refundExecution, refundExecutions } from '..'

const ctx = createCtx({ kind: 'system', id: 'test' })
const price = 1_000n
let seller: { merchantId: string; resourceId: string }

beforeAll(async () => {
  seller = await insertSeller()
})

/** A payment as it is when what it bought was queued: settled and delivered. */
async function insertPayment(): Promise<string> {
  const id = randomUUID()
  const [payer, payTo] = [address(), address()]
  await db.execute(sql`
    INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base, claim_key,
      fingerprint, request, quote_id, quoted_at, settle_when, challenge, credential, instrument, status, settlement, settled_at, delivered_at)
    VALUES (${id}, ${seller.merchantId}, ${seller.resourceId}, 'x402', 'exact', 'x402 v2', ${network}, ${asset}, ${payer}, ${payTo},
      ${price}, ${hex(32)}, ${randomBytes(32)}, '{}', 'q', now(), 'before', '{}', '{}', '{}', 'delivered', 'settled', now(), now())`)
  const of = { network, asset, amountBase: price, paymentId: id, kind: 'direct' as const }
  const receivable = Account.receivable(seller.merchantId)
  await withTransaction((tx) =>
    postTransfers(tx, [
      { ...of, reason: 'earn', debit: receivable, credit: Account.revenue(seller.merchantId) },
      { ...of, reason: 'settle', debit: Account.cash(payTo), credit: receivable },
    ]),
  )
  return id
}

async function insertPolicy(refund: 'when-proven' | 'never'): Promise<string> {
  const id = randomUUID()
  await db.execute(sql`
    INSERT INTO execution_policy (id, merchant_id, name, rules)
    VALUES (${id}, ${seller.merchantId}, ${id}, ${json({ refund })}::jsonb)`)
  return id
}

type By = { paymentId: string } | { channelId: string; voucherBase: bigint; chargedBase: bigint }

/** An action that ended with these statuses, in their order. */
async function insertIntent(by: By, statuses: readonly string[], policyId?: string): Promise<string> {
  const id = randomUUID()
  const of = { paymentId: null, channelId: null, voucherBase: null, chargedBase: null, ...by }
  await db.execute(sql`
    INSERT INTO intent (id, merchant_id, network, agent, payment_id, channel_id, voucher_base, charged_base, resource_id, body_hash, body, decision, policy_id)
    VALUES (${id}, ${seller.merchantId}, ${network}, ${address()}, ${of.paymentId}, ${of.channelId}, ${of.voucherBase}, ${of.chargedBase},
      ${seller.resourceId}, ${randomBytes(32)}, '{}', '{}', ${policyId ?? null})`)
  for (const [position, status] of statuses.entries())
    await db.execute(sql`
      INSERT INTO transaction (id, network, kind, signer, purpose, merchant_id, intent_id, position, status, error)
      VALUES (${randomUUID()}, ${network}, 'call', ${address()}, 'execution', ${seller.merchantId}, ${id}, ${position},
        ${status}::transaction_status, ${status === 'final' ? null : 'out of luck'})`)
  return id
}

async function look(paymentId: string) {
  const [row] = await db.query<{ status: string; refunds: bigint; events: string[] }>(sql`
    SELECT status::text, (SELECT count(*) FROM refund r WHERE r.payment_id = p.id) AS refunds,
      ARRAY(SELECT type FROM audit_event e WHERE e.payment_id = p.id AND e.transaction_id IS NOT NULL ORDER BY seq) AS events
    FROM payment p WHERE id = ${paymentId}`)
  return row
}

/** Every account of the test's merchant, without those that are even. */
async function books(column: 'payment_id' | 'channel_id', id: string) {
  const where = column === 'payment_id' ? sql`payment_id = ${id}::uuid` : sql`channel_id = ${id}`
  const rows = await db.query<{ account: string; sum: bigint }>(sql`
    SELECT split_part(account, ':', 1) AS account, sum(amount) AS sum FROM (
      SELECT debit AS account, amount_base AS amount, payment_id, channel_id FROM transfer
      UNION ALL SELECT credit, -amount_base, payment_id, channel_id FROM transfer) l
    WHERE ${where} GROUP BY 1 HAVING sum(amount) <> 0 ORDER BY 1`)
  return Object.fromEntries(rows.map(({ account, sum }) => [account, sum]))
}

describe('what a payment bought', () => {
  it.each(['failed', 'expired', 'cancelled', 'reverted'])('is refunded once when it ended %s', async (status) => {
    const paymentId = await insertPayment()
    const id = await insertIntent({ paymentId }, [status], await insertPolicy('when-proven'))
    expect(await Promise.all([refundExecution(ctx, id), refundExecution(ctx, id)])).toEqual(['refunded', 'refunded'])
    expect(await look(paymentId)).toEqual({ status: 'refund_due', refunds: 1n, events: ['payment.refund_due'] })
    expect(await books('payment_id', paymentId)).toEqual({ cash: price, refund_payable: -price })
  })

  it.each(['queued', 'held', 'signed', 'submitted', 'included', 'safe'])(
    'is left alone while it is %s',
    async (status) => {
      const paymentId = await insertPayment()
      const id = await insertIntent({ paymentId }, ['failed', status])
      expect(await refundExecution(ctx, id)).toBe('open')
      expect(await look(paymentId)).toMatchObject({ status: 'delivered', refunds: 0n })
    },
  )

  it.each([
    ['happened', ['final'], 'when-proven', 'earned', []],
    ['happened in part', ['final', 'reverted'], 'when-proven', 'kept', ['payment.kept']],
    ['is never refunded by its policy', ['failed'], 'never', 'kept', ['payment.kept']],
  ] as const)('is kept when it %s', async (_, statuses, refund, squared, events) => {
    const paymentId = await insertPayment()
    const id = await insertIntent({ paymentId }, statuses, await insertPolicy(refund))
    expect(await refundExecution(ctx, id)).toBe(squared)
    expect(await look(paymentId)).toEqual({ status: 'delivered', refunds: 0n, events })
  })
})

describe('what a channel bought', () => {
  /** Two deliveries on one voucher. */
  async function spendTwice() {
    const channelId = await insertChannel(seller)
    const voucher = { cumulativeBase: 2n * price, signature: randomBytes(65) }
    for (let n = 0; n < 2; n++) {
      const wanted = { channelId, voucher, amountBase: price, minDeltaBase: 0n }
      await acceptVoucher({ ...wanted, vouchersPerSecond: null, channelMaxBase: null, payerMaxBase: null })
      const charge = {
        ...seller,
        channelId,
        network,
        asset,
        requestId: randomUUID(),
        units: 1n,
        voucher,
        failed: false,
      }
      await commitCharge({ ...charge, heldBase: price, chargedBase: price })
    }
    return { channelId, voucherBase: voucher.cumulativeBase, chargedBase: price }
  }

  const read = async (channelId: string) =>
    (
      await db.query(sql`
        SELECT c.spent_base AS spent, c.units, v.charged_base AS charged, v.units AS "voucherUnits", v.failures
        FROM channel c JOIN voucher v ON v.channel_id = c.id WHERE c.id = ${channelId}`)
    )[0]

  it('is its agent’s credit again, and the other delivery stays', async () => {
    const by = await spendTwice()
    const id = await insertIntent(by, ['reverted'])
    for (const _ of [1, 2]) expect(await refundExecution(ctx, id)).toBe('refunded')
    expect(await read(by.channelId)).toEqual({ spent: price, units: 1n, charged: price, voucherUnits: 1n, failures: 1 })
    expect(await books('channel_id', by.channelId)).toEqual({ receivable: price, revenue: -price })
  })

  it('is kept when the channel is closed, and the trail says so', async () => {
    const by = await spendTwice()
    await db.execute(sql`UPDATE channel SET status = 'closed' WHERE id = ${by.channelId}`)
    expect(await refundExecution(ctx, await insertIntent(by, ['failed']))).toBe('kept')
    expect(await read(by.channelId)).toMatchObject({ spent: 2n * price, units: 2n, failures: 0 })
    const events = await db.query(
      sql`SELECT 1 FROM audit_event WHERE channel_id = ${by.channelId} AND type = 'payment.kept'`,
    )
    expect(events).toHaveLength(1)
  })

  it('can be given back by no other statement', async () => {
    const { channelId } = await spendTwice()
    await expect(db.execute(sql`UPDATE channel SET spent_base = 0 WHERE id = ${channelId}`)).rejects.toThrow('go back')
  })
})

it('looks at everything that has ended, once', async () => {
  await refundExecutions(ctx)
  const paymentId = await insertPayment()
  await insertIntent({ paymentId }, ['failed'])
  expect(await refundExecutions(ctx)).toBe(1)
  expect(await refundExecutions(ctx)).toBe(0)
})

it('keeps no action waiting for those that cannot be squared', async () => {
  await db.execute(sql`UPDATE intent SET square_at = now() + interval '1 day' WHERE squared IS NULL`)
  // Of these nothing was ever queued; and of this one the database refuses the refund, whatever the reason is.
  for (let n = 0; n < 100; n++) await insertIntent({ paymentId: await insertPayment() }, [])
  const stuck = await insertPayment()
  const stuckId = await insertIntent({ paymentId: stuck }, ['failed'])
  await pool().query(`ALTER TABLE refund ADD CONSTRAINT stuck CHECK (payment_id <> '${stuck}') NOT VALID`)
  const paymentId = await insertPayment()
  await insertIntent({ paymentId }, ['failed'])
  expect(await refundExecutions(ctx)).toBe(0)
  expect(await refundExecutions(ctx)).toBe(1)
  expect((await look(paymentId))?.status).toBe('refund_due')

  await pool().query('ALTER TABLE refund DROP CONSTRAINT stuck')
  expect(await refundExecutions(ctx)).toBe(0)
  await db.execute(sql`UPDATE intent SET square_at = now() WHERE id = ${stuckId}`)
  expect(await refundExecutions(ctx)).toBe(1)
  expect((await look(stuck))?.status).toBe('refund_due')
})
