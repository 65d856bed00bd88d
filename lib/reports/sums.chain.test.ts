import { afterAll, beforeAll, expect, it } from 'vitest'
import { addressesFor } from '@/lib/chains'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners, submitDue, trackDue } from '@/lib/execution'
import { deliverPayment, exportPayments, exportRefunds, refundPayment } from '@/lib/payments'
import { payRefunds, settleNow } from '@/lib/settlement'
import { evmNetwork, tokenBalance, usdc } from '@/sandbox/evm'
import { accept, ctx, openShop, price, type Shop } from '@/sandbox/testing/booking-fixture'
import { chains } from '@/sandbox/testing/chains'
import { exportJournal } from './export-journal'
import { findBalances } from './find-balances'
import * as Figures from './Figures'
import { closingOf } from './Journal'
import * as Month from './Month'

/** The sums of the files are what the chain and the ledger hold, to the base unit. */

const { evm } = chains()
const delivered = 3
const refunded = 2
let shop: Shop
const month = Month.of(new Date())

beforeAll(async () => {
  await ensureSigners(ctx)
  shop = await openShop()
  for (let n = 0; n < delivered + refunded; n++) {
    const payment = await accept(shop)
    if ((await settleNow({ payment }, 60_000)).kind !== 'settled') throw new Error('a payment did not settle')
    if (n < delivered)
      await deliverPayment(ctx, { paymentId: payment.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, shop)
    else if (!(await refundPayment(ctx, payment.id, 'No answer could be given.')))
      throw new Error('a refund is not due')
  }
  while ((await db.query(sql`SELECT FROM refund WHERE status <> 'paid'`)).length > 0) {
    await db.execute(sql`UPDATE refund SET due_at = now() WHERE status <> 'paid'`)
    await payRefunds(ctx, 60_000)
    await db.execute(sql`
      UPDATE transaction SET due_at = now(), lease_until = NULL WHERE status IN ('queued', 'signed', 'submitted', 'held', 'included')`)
    await submitDue(ctx, 1_000)
    await trackDue(ctx, 1_000)
  }
})
afterAll(() => endHeartbeat())

type Line = Record<string, string | null>
async function read(pieces: AsyncGenerator<string>): Promise<Line[]> {
  const rows: Line[] = []
  for await (const piece of pieces)
    rows.push(
      ...piece
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line),
    )
  return rows
}
const sum = (rows: readonly Line[], name: string) => rows.reduce((total, row) => total + BigInt(row[name] ?? '0'), 0n)
const reader = () => ({ operator: false, merchantId: shop.merchantId })

it('payments: what was settled is what the chain shows at the pay-to address', async () => {
  const rows = await read(exportPayments(reader(), {}, 'jsonl'))
  const onChain = await tokenBalance(evm, usdc, shop.payTo)
  expect(sum(rows, 'settled_base_units')).toBe(onChain)
  expect(onChain).toBe(BigInt(delivered + refunded) * price)
  expect(sum(rows, 'refunded_base_units')).toBe(BigInt(refunded) * price)
  expect(sum(rows, 'net_base_units')).toBe(BigInt(delivered) * price)
  for (const row of rows) expect(row).toMatchObject({ tx_hash: expect.stringMatching(/^0x/), gas_token: 'ETH' })
  expect(sum(rows, 'gas_base_units')).toBeGreaterThan(0n)
})

it('refunds: what was paid is what the payers got back', async () => {
  const rows = await read(exportRefunds(reader(), {}, 'jsonl'))
  expect(sum(rows, 'amount_base_units')).toBe(BigInt(refunded) * price)
  for (const row of rows)
    expect(await tokenBalance(evm, usdc, row['paid_to'] as `0x${string}`)).toBe(BigInt(row['amount_base_units'] ?? '0'))
})

it('journal: every account adds up to its balance, and those to the chain', async () => {
  const rows = await read(exportJournal(shop.merchantId, month, {}, 'jsonl'))
  const balances = await findBalances(shop.merchantId, month)
  for (const balance of balances) {
    const debit = sum(
      rows.filter((row) => row['debit'] === balance.account),
      'amount_base_units',
    )
    const credit = sum(
      rows.filter((row) => row['credit'] === balance.account),
      'amount_base_units',
    )
    expect(debit - credit).toBe(closingOf(balance))
  }
  expect(balances.reduce((total, balance) => total + closingOf(balance), 0n)).toBe(0n)
  const closing = Object.fromEntries(balances.map((balance) => [balance.account, closingOf(balance)]))
  const [signer] = addressesFor(evmNetwork, 'refund')
  expect(closing).toEqual({
    [`cash:${shop.payTo}`]: await tokenBalance(evm, usdc, shop.payTo),
    [`revenue:${shop.merchantId}`]: -BigInt(delivered) * price,
    [`receivable:${shop.merchantId}`]: 0n,
    [`refund_payable:${shop.merchantId}`]: 0n,
    [`refund_wallet:${signer?.toLowerCase()}`]: -BigInt(refunded) * price,
  })
  expect(Figures.from(balances)).toEqual([
    {
      network: evmNetwork,
      asset: usdc.toLowerCase(),
      grossBase: BigInt(delivered) * price,
      refundsBase: 0n,
      receivedBase: BigInt(delivered + refunded) * price,
    },
  ])
})
