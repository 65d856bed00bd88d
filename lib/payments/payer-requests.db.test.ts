import { beforeAll, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { accept, ctx, insertSeller, offer } from '@/sandbox/testing/payment-fixture'
import { answerPayer, askMerchant, findPayerRequest, getPurchase, listPayerRequests } from '.'

let owner: MemberScope.MemberScope
const stranger = `0x${'9'.repeat(40)}`

beforeAll(async () => {
  await insertSeller()
  const [merchant] = await db.query<{ id: string }>(sql`SELECT id FROM merchant`)
  owner = { address: `0x${'1'.repeat(40)}`, merchantId: merchant!.id, operator: false, role: 'owner' }
})

it('a payer asks once about its own payment, the merchant sees it and answers once', async () => {
  const { id, payer } = await accept(offer())
  const ask = (wallet: string, input: object = { kind: 'refund', reason: ' It was empty. ' }) =>
    askMerchant(createCtx({ kind: 'agent', id: wallet }), [wallet], id, input)
  await expect(ask(stranger)).rejects.toMatchObject({ code: 'not-found' })
  await expect(ask(payer, { kind: 'refund', reason: '' })).rejects.toMatchObject({ fields: [{ field: 'reason' }] })
  await expect(ask(payer, { kind: 'x', reason: 'Why not' })).rejects.toMatchObject({ fields: [{ field: 'kind' }] })
  const outcomes = await Promise.allSettled([ask(payer), ask(payer)])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await listPayerRequests(owner)).toMatchObject([
    { paymentId: id, kind: 'refund', reason: 'It was empty.', answer: null },
  ])
  expect(await listPayerRequests({ ...owner, merchantId: '00000000-0000-4000-8000-000000000000' })).toEqual([])

  const answer = (scope: MemberScope.MemberScope) => answerPayer(ctx, scope, id, { answer: 'It is on its way.' })
  await expect(answer({ ...owner, role: 'viewer' })).rejects.toMatchObject({ code: 'not-allowed' })
  await answer({ ...owner, role: 'finance' })
  await expect(answer(owner)).rejects.toMatchObject({ code: 'stale-state' })
  expect(await listPayerRequests(owner)).toEqual([])
  expect(await findPayerRequest(id)).toMatchObject({ answer: 'It is on its way.', answeredAt: expect.any(String) })
  const events = await db.query<{ type: string; data: object }>(
    sql`SELECT type, data FROM audit_event WHERE payment_id = ${id}::uuid AND type LIKE 'payment.payer%' ORDER BY seq`,
  )
  expect(events.map(({ type }) => type)).toEqual(['payment.payer_asked', 'payment.payer_answered'])
  // What people wrote can be deleted: the log holds commitments.
  expect(JSON.stringify(events)).not.toMatch(/empty|on its way/)
})

it('a receipt is shown to the wallet that paid, and to no other', async () => {
  const { id, payer } = await accept(offer())
  expect(await getPurchase([stranger, payer], id)).toMatchObject({ id, payer })
  expect(await getPurchase([stranger], id)).toBeUndefined()
})
