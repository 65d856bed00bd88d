import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { usdc } from '@/sandbox/evm'
import { accept, ctx, insertSeller, offer, settle } from '@/sandbox/testing/payment-fixture'
import { deliverPayment, previewRefunds, requestRefund, requestRefunds, type BulkRefund, type Payment } from '.'

beforeAll(insertSeller)

const member = createCtx({ kind: 'member', id: `0x${'1'.repeat(40)}` })
const wallet = `0x${'2'.repeat(40)}`
const channelId = `0x${'c'.repeat(64)}`
let [first, second, third, unsettled] = [] as unknown as [
  Payment.Payment,
  Payment.Payment,
  Payment.Payment,
  Payment.Payment,
]
let owner: MemberScope.MemberScope

async function sell(isSettled = true): Promise<Payment.Payment> {
  const input = offer()
  const sold = await accept({ ...input, credential: { ...input.credential, asset: usdc.toLowerCase() } })
  if (!isSettled) return sold
  await settle(sold)
  await deliverPayment(ctx, { paymentId: sold.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, sold)
  return sold
}

beforeEach(async () => {
  first = await sell()
  second = await sell()
  third = await sell()
  unsettled = await sell(false)
  owner = { operator: false, merchantId: first.merchantId, address: member.actor.id, role: 'owner' }
})

const ids = () => [first, second, third, unsettled].map(({ id }) => id)
const request: BulkRefund.BulkRefundInput = { reason: 'The answers were wrong.', wallet }
const ask = (key: string = randomUUID(), change: Partial<BulkRefund.BulkRefundInput> = {}, by = owner) =>
  requestRefunds(member, by, { subjectIds: [...ids(), channelId], key, request: { ...request, ...change } })
const refunds = () =>
  db.query<{ paymentId: string; amountBase: bigint }>(sql`
    SELECT payment_id, amount_base FROM refund WHERE payment_id = ANY(${ids()}::uuid[]) ORDER BY created_at`)

it('shows what is left of each, who is left out and why, and refunds exactly the others', async () => {
  await requestRefund(member, owner, {
    paymentId: third.id,
    request: { reason: 'Before.', wallet },
    idempotencyKey: randomUUID(),
  })
  const shown = await previewRefunds(owner, [...ids(), channelId])
  expect(shown.map(({ id, obstacle }) => [id, obstacle === null])).toEqual([
    [first.id, true],
    [second.id, true],
    [third.id, false],
    [unsettled.id, false],
  ])
  expect(shown[0]).toMatchObject({
    leftBase: first.amountBase.toString(),
    signerObstacle: expect.stringMatching(/operators/),
  })
  const results = await ask()
  expect(results.map(({ id, ok }) => [id, ok])).toEqual(shown.map(({ id, obstacle }) => [id, obstacle === null]))
  expect(results[2]).toMatchObject({ message: expect.stringMatching(/Nothing is left/) })
  expect(await refunds()).toHaveLength(3)
})

it('is one refund of each payment when the form is sent ten times at once', async () => {
  const key = randomUUID()
  const all = await Promise.all(Array.from({ length: 10 }, () => ask(key)))
  for (const results of all) expect(results.filter(({ ok }) => ok)).toHaveLength(3)
  expect(await refunds()).toHaveLength(3)
})

it('is one refund of each payment when two members refund the same selection at once', async () => {
  const all = (await Promise.all([ask(), ask()])).flat()
  expect(all.filter(({ ok }) => ok)).toHaveLength(3)
  expect(await refunds()).toHaveLength(3)
})

it('refunds the same amount of each, and refuses one of which less is left', async () => {
  await requestRefund(member, owner, {
    paymentId: first.id,
    request: { reason: 'Most of it.', wallet, amountBase: (first.amountBase - 1n).toString() },
    idempotencyKey: randomUUID(),
  })
  const results = await ask(randomUUID(), { amount: '0.000002' })
  expect(results.map(({ ok }) => ok)).toEqual([false, true, true, false])
  expect(results[0]).toMatchObject({ message: expect.stringMatching(/is left of this payment|is left to refund/) })
  expect((await refunds()).slice(1).map(({ amountBase }) => amountBase)).toEqual([2n, 2n])
})

it('changes nothing without a reason, without the permission, by the refund wallet of operators, or for another merchant', async () => {
  await expect(ask(randomUUID(), { reason: ' ' })).rejects.toMatchObject({ fields: [{ field: 'reason' }] })
  await expect(ask(randomUUID(), {}, { ...owner, role: 'viewer' })).rejects.toMatchObject({ code: 'not-allowed' })
  await expect(ask(randomUUID(), {}, { ...owner, role: 'developer' })).rejects.toMatchObject({ code: 'not-allowed' })
  const bySigner = await ask(randomUUID(), { wallet: '' })
  expect(bySigner.every(({ ok }) => !ok)).toBe(true)
  const stranger = { ...owner, merchantId: randomUUID() }
  expect((await ask(randomUUID(), {}, stranger)).every(({ ok }) => !ok)).toBe(true)
  expect(await previewRefunds(stranger, ids())).toEqual([])
  expect(await refunds()).toEqual([])
})

it('takes 1 to 100 payments', async () => {
  const many = Array.from({ length: 101 }, () => randomUUID())
  for (const subjectIds of [[], many, ['x']])
    await expect(requestRefunds(member, owner, { subjectIds, key: 'k', request })).rejects.toMatchObject({
      code: 'bad-input',
    })
})
