import { describe, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { requestRefund } from '@/lib/payments'
import { setUpStripeGateway } from '@/sandbox/testing/stripe-gateway-harness'
import { acceptLoss } from './accept-loss'
import { submitEvidence } from './submit-evidence'

// Disputes at Stripe's stand-in, whose webhooks come doubled, and here and there backwards.

const shop = setUpStripeGateway()
const { buy, reasonsOf, dueEvents, atStripe, balanceOf } = shop
const soon = { timeout: 60_000, interval: 100 }
const ctx = createCtx({ kind: 'member', id: `0x${'1'.repeat(40)}` })
const member = (role: 'owner' | 'viewer' = 'owner') =>
  ({ merchantId: shop.merchantId(), operator: false, role, address: `0x${'1'.repeat(40)}` }) as MemberScope.MemberScope
const clearing = () => balanceOf(`clearing:${shop.stripe().profile}`)

type Row = { id: string; status: string; externalId: string; evidence: Record<string, string> }
const disputeOf = async (paymentId: string) =>
  (
    await db.query<Row>(
      sql`SELECT id, status, external_id, evidence FROM dispute WHERE payment_id = ${paymentId}::uuid`,
    )
  )[0]
const statusOf = async (paymentId: string) => (await disputeOf(paymentId))?.status
async function needed(paymentId: string): Promise<Row> {
  const dispute = await disputeOf(paymentId)
  if (!dispute) throw new Error('no dispute')
  return dispute
}
const words = { productDescription: 'A fortune', words: 'winning_evidence' }

/** Everything that came is worked on, and the books are Stripe's to the cent. */
async function expectEqual(): Promise<void> {
  await expect.poll(dueEvents, soon).toBe(0)
  expect(await clearing()).toBe(atStripe())
}

describe('a dispute', () => {
  it('takes money and fee from the books, and they come back when it is won by evidence', async () => {
    const { id } = await buy('pm_card_createDispute')
    await expect.poll(() => statusOf(id), soon).toBe('needs_response')
    await expect.poll(() => reasonsOf(id), soon).toContain('dispute_withdrawn')
    await expectEqual()
    expect(await balanceOf(`disputes:${shop.merchantId()}`)).toBe(75n)
    const dispute = await needed(id)
    await expect(submitEvidence(ctx, member('viewer'), dispute.id, words)).rejects.toMatchObject({
      code: 'not-allowed',
    })
    await expect(submitEvidence(ctx, member(), dispute.id, { ...words, productDescription: '' })).rejects.toMatchObject(
      {
        code: 'bad-input',
      },
    )
    const refund = { paymentId: id, request: { reason: 'x' }, idempotencyKey: 'a' }
    await expect(requestRefund(ctx, member(), refund)).rejects.toThrow(/dispute/)
    expect(await submitEvidence(ctx, member(), dispute.id, words)).toBe('taken')
    await expect(submitEvidence(ctx, member(), dispute.id, words)).rejects.toMatchObject({ code: 'dispute-not-open' })
    const sent = shop.stripe().state.find('dispute', dispute.externalId)?.evidence
    expect(sent).toMatchObject({ product_description: 'A fortune' })
    expect(sent?.['access_activity_log']).toMatch(/Answer delivered: 20/)
    expect(sent?.['uncategorized_text']).not.toMatch(/spt_/)
    shop.stripe().controls.endDispute(dispute.externalId, 'won')
    await expect.poll(() => statusOf(id), soon).toBe('won')
    await expectEqual()
    expect(await balanceOf(`disputes:${shop.merchantId()}`)).toBe(0n)
    expect((await reasonsOf(id)).filter((reason) => reason.startsWith('dispute'))).toEqual([
      'dispute_withdrawn',
      'dispute_fee',
      'dispute_reinstated',
      'dispute_fee_returned',
    ])
  })

  it('that is accepted is lost: revenue pays it, and the fee stays', async () => {
    const revenue = await balanceOf(`revenue:${shop.merchantId()}`)
    const { id } = await buy('pm_card_createDispute')
    await expect.poll(() => statusOf(id), soon).toBe('needs_response')
    await expect(acceptLoss(ctx, member('viewer'), (await needed(id)).id)).rejects.toMatchObject({
      code: 'not-allowed',
    })
    expect(await acceptLoss(ctx, member(), (await needed(id)).id)).toBe('taken')
    expect(await statusOf(id)).toBe('lost')
    await expectEqual()
    expect(await balanceOf(`disputes:${shop.merchantId()}`)).toBe(0n)
    expect(await balanceOf(`revenue:${shop.merchantId()}`)).toBe(revenue)
    const refund = { paymentId: id, request: { reason: 'x' }, idempotencyKey: 'a' }
    await expect(requestRefund(ctx, member(), refund)).rejects.toThrow(/dispute/)
  })

  it('whose events come backwards ends the same', async () => {
    const { id, txHash } = await buy()
    const { webhooks, controls, state } = shop.stripe()
    webhooks.hold()
    const charge = String(state.find('payment_intent', txHash)?.latest_charge)
    const inquiry = controls.openDispute(charge, { inquiry: true, reason: 'product_not_received' })
    controls.escalate(inquiry)
    controls.endDispute(inquiry, 'lost')
    await webhooks.release('reverse')
    await expect.poll(() => statusOf(id), soon).toBe('lost')
    await expectEqual()
    expect((await reasonsOf(id)).filter((reason) => reason.startsWith('dispute'))).toEqual([
      'dispute_withdrawn',
      'dispute_fee',
      'dispute_lost',
    ])
  })

  it('is answered once when the reply is lost', async () => {
    const { id } = await buy('pm_card_createDispute')
    await expect.poll(() => statusOf(id), soon).toBe('needs_response')
    shop.stripe().faults.add({ action: 'lose-reply', method: 'POST', path: '/v1/disputes/*', times: 2 })
    const dispute = await needed(id)
    await submitEvidence(ctx, member(), dispute.id, words)
    await expect.poll(() => statusOf(id), soon).toMatch(/under_review|won/)
    expect(shop.stripe().state.find('dispute', dispute.externalId)?.evidence_details.submission_count).toBe(1)
    shop.stripe().controls.endDispute(dispute.externalId, 'won')
    await expectEqual()
  })
})
