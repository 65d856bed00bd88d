import { randomUUID } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { listPayments, listRefunds } from '@/lib/payments'
import { usdc } from '@/sandbox/evm'
import { accept, begin, ctx, insertSeller, network, offer, price, settle } from '@/sandbox/testing/payment-fixture'
import { deliverPayment, requestRefund, type Payment } from '@/lib/payments'
import { listBalances } from './list-balances'

const asset = usdc.toLowerCase()
let pending: Payment.Payment
let reader: { operator: boolean; merchantId: string }

function usdcOffer() {
  const input = offer()
  return { ...input, credential: { ...input.credential, asset } }
}

beforeAll(async () => {
  await insertSeller()
  pending = await accept(usdcOffer())
  await begin(pending)
  const sold = await accept(usdcOffer())
  await settle(sold)
  await deliverPayment(ctx, { paymentId: sold.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, sold)
  reader = { operator: false, merchantId: sold.merchantId }
  await db.execute(sql`INSERT INTO merchant_payout VALUES (${sold.merchantId}::uuid, ${network}, ${sold.payTo})`)
  await requestRefund(
    ctx,
    { operator: true, merchantId: sold.merchantId, address: '0x1', role: 'owner' },
    {
      paymentId: sold.id,
      request: { amount: '0.004', reason: 'Wrong.', wallet: sold.payTo },
      idempotencyKey: randomUUID(),
    },
  )
})

const compare = (differenceBase: bigint) =>
  db.execute(sql`
    INSERT INTO reconciliation (network, asset, address, block_number, opening_base, ledger_base, chain_base, difference_base)
    VALUES (${network}, ${asset}, ${pending.payTo}, 7, 3, ${price}, ${3n + price + differenceBase}, ${differenceBase})`)

it('adds up what is on the way and due back, as the lists that its figures open', async () => {
  const [balance, ...others] = await listBalances(reader)
  expect(others).toEqual([])
  expect(balance).toMatchObject({
    address: pending.payTo,
    chain: null,
    mark: 'not-compared',
    onTheWay: { base: price.toString(), count: 1 },
    escrow: { base: '0', count: 0 },
    dueBack: { base: '4000', count: 1 },
  })
  const of = { network, payTo: pending.payTo, token: asset }
  const payments = await listPayments(reader, { ...of, settlement: ['pending'] }, { size: 25 })
  expect(payments.rows.map(({ amountBase }) => amountBase)).toEqual([price.toString()])
  const refunds = await listRefunds(reader, { ...of, status: ['due', 'sent'] }, { size: 25 })
  expect(refunds.rows.map(({ amountBase }) => amountBase)).toEqual(['4000'])
  expect((await listPayments(reader, { ...of, payTo: `0x${'9'.repeat(40)}` }, { size: 25 })).rows).toEqual([])
})

it('marks a comparison by what may explain it: a payment that arrived, a refund that left', async () => {
  const marks: string[] = []
  for (const difference of [0n, price, price + 1n, -4_000n, -4_001n]) {
    await compare(difference)
    marks.push((await listBalances(reader))[0]?.mark ?? '')
  }
  expect(marks).toEqual(['equal', 'explained', 'differs', 'explained', 'differs'])
  expect((await listBalances(reader))[0]?.chain).toMatchObject({ base: '6002', openingBase: '3', blockNumber: '7' })
})

it('shows nothing of another merchant', async () => {
  expect(await listBalances({ operator: false, merchantId: randomUUID() })).toEqual([])
})
