import { randomBytes, randomUUID } from 'node:crypto'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import {
  acceptPayment,
  beginSettling,
  bookSettled,
  lockSettling,
  lockUnsettled,
  type AcceptInput,
  type Payment,
} from '@/lib/payments'
import { Quote } from '@/lib/pricing'

// Payments of one merchant, claimed and settled as the gateway and settlement do it, without a chain.

export const ctx = createCtx({ kind: 'agent', id: 'test' })
export const network = 'eip155:84532' as const
export const asset = `0x${'a'.repeat(40)}`
export const price = 10_000n
const merchantId = randomUUID()
const resourceId = randomUUID()
const payTo = `0x${'b'.repeat(40)}` as const
const plenty = 10n ** 12n

/** Once for a file. */
export async function insertSeller(): Promise<void> {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
    VALUES (${resourceId}, ${merchantId}, 'GET', '/x', 'X', 'https://up.example/x', 10000)`)
}

/** A credential that was verified, by a new payer and nonce. */
export function offer(change: Partial<AcceptInput> = {}, payer = `0x${randomBytes(20).toString('hex')}`): AcceptInput {
  const nonce = `0x${randomBytes(32).toString('hex')}` as const
  const quote = Quote.from(
    { id: resourceId, revision: 1, priceMicros: price, payouts: [{ network, payTo }] },
    'q',
    Date.now(),
  )
  return {
    merchantId,
    resourceId,
    quote,
    when: 'after',
    request: { method: 'GET', host: 'h', path: '/x', query: '' },
    fingerprint: randomBytes(32),
    balanceBase: plenty,
    credential: {
      protocol: 'x402',
      wire: 'x402 v2',
      claimKey: `eip3009|${network}|${asset}|${payer}|${nonce}`,
      network,
      asset,
      amountBase: price,
      payTo,
      decoded: { nonce },
    },
    authorization: {
      scheme: 'exact',
      payer,
      when: 'after',
      challenge: {},
      instrument: {
        kind: 'eip3009',
        from: payer as `0x${string}`,
        to: payTo,
        value: price.toString(),
        validAfter: '0',
        validBefore: '1',
        nonce,
        signature: '0x',
      },
    },
    ...change,
  }
}

export async function accept(input: AcceptInput): Promise<Payment.Payment> {
  const accepted = await acceptPayment(ctx, input)
  if (accepted.kind !== 'accepted') throw new Error('taken')
  return accepted.payment
}

/** Hands it to a batch, with the answer that is there already. Returns the batch. */
export async function begin(payment: Payment.Payment, answer?: Payment.StoredAnswer): Promise<string> {
  const [batchId, transactionId] = [randomUUID(), randomUUID()]
  await withTransaction(async (tx) => {
    const ours = await lockUnsettled(tx, [payment.id])
    if (!ours.has(payment.id)) throw new Error('it is not ours to settle')
    await tx.execute(sql`
      INSERT INTO settlement_batch (id, network, asset, form, size, amount_base) VALUES (${batchId}, ${network}, ${asset}, 'single', 1, 1)`)
    const delivery = answer && { paymentId: payment.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now(), answer }
    await beginSettling(tx, ctx, { batchId, transactionId }, [{ payment, delivery }])
  })
  return batchId
}

/** Books that it moved. */
export async function book(batchId: string, { id: paymentId }: Payment.Payment): Promise<void> {
  const receipt = [['Payment-Receipt', 'x']] as const
  const txHash = `0x${randomBytes(32).toString('hex')}`
  await withTransaction(async (tx) => {
    const settling = await lockSettling(tx, batchId)
    if (settling.length !== 1) throw new Error('it is not being settled')
    await bookSettled(tx, ctx, [{ receipt, paymentId, txHash, logIndex: 0, blockNumber: 5n }])
  })
}

export async function settle(payment: Payment.Payment, answer?: Payment.StoredAnswer): Promise<void> {
  await book(await begin(payment, answer), payment)
}

/** As if its process had died: no beat of this id will ever come. */
export async function orphan({ id }: Payment.Payment): Promise<void> {
  await db.execute(sql`UPDATE payment SET owner_id = ${randomUUID()} WHERE id = ${id}`)
}

export async function row(id: string) {
  const [found] = await db.query<{ status: string; settlement: string }>(
    sql`SELECT status, settlement FROM payment WHERE id = ${id}`,
  )
  return found
}

/** Its ledger balances by kind of account. */
export async function lines(paymentId: string) {
  const rows = await db.query<{ account: string; amount: bigint }>(sql`
    SELECT split_part(account, ':', 1) AS account, sum(amount) AS amount FROM ledger_line
    WHERE payment_id = ${paymentId} GROUP BY 1 HAVING sum(amount) <> 0 ORDER BY 1`)
  return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]))
}

/** The reserved exposure of a wallet, base units. */
export async function reserved(payer: string): Promise<bigint> {
  const [found] = await db.query<{ sum: bigint }>(
    sql`SELECT coalesce(sum(reserved_base), 0) AS sum FROM exposure WHERE payer = ${payer}`,
  )
  return found?.sum ?? 0n
}
