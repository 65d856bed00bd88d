import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startStripe, stripeClient, type StripeServer } from '.'

/** Disputes, warnings, payouts: what moves money after a payment, and the balance after each. */

const dayMs = 86_400_000
let server: StripeServer
let stripe: Stripe

beforeEach(async () => {
  server = await startStripe()
  stripe = stripeClient(server, { maxNetworkRetries: 0 })
})
afterEach(() => server.stop())

const pay = (method: string, amount = 5_000) =>
  stripe.paymentIntents.create({ amount, currency: 'usd', confirm: true, payment_method: method })
const disputeOf = async (intent: Stripe.PaymentIntent) =>
  (await stripe.disputes.list({ payment_intent: intent.id })).data[0] as Stripe.Dispute
const types = () => server.state.all('event').map(({ type }) => type)
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Stripe.errors.StripeError) => error.code,
  )

/** Available and pending together, over the API. */
async function total(): Promise<number> {
  const { available, pending } = await stripe.balance.retrieve()
  return [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0)
}

/** The same from the entries, page by page. */
async function netOfEntries(): Promise<number> {
  const entries = await stripe.balanceTransactions.list({ limit: 3 }).autoPagingToArray({ limit: 1_000 })
  for (const { amount, fee, net } of entries) expect(net).toBe(amount - fee)
  return entries.reduce((sum, { net }) => sum + net, 0)
}

describe('disputes', () => {
  test('a dispute takes its amount and 15.00, and forbids refunds', async () => {
    const intent = await pay('pm_card_createDispute')
    const dispute = await disputeOf(intent)
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 5_000,
      status: 'needs_response',
      reason: 'fraudulent',
      is_charge_refundable: false,
      payment_method_details: { type: 'card', card: { case_type: 'chargeback', network_reason_code: '10.4' } },
      evidence_details: { has_evidence: false, submission_count: 0 },
    })
    expect(dispute.id).toMatch(/^du_/)
    expect(dispute.balance_transactions).toMatchObject([
      {
        amount: -5_000,
        fee: 1_500,
        net: -6_500,
        type: 'adjustment',
        reporting_category: 'dispute',
        source: dispute.id,
      },
    ])
    expect(await code(stripe.refunds.create({ payment_intent: intent.id }))).toBe('charge_disputed')
    expect(await stripe.charges.retrieve(dispute.charge as string)).toMatchObject({ disputed: true })
    expect(types().slice(-2)).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn'])
    // 50.00 less its fee of 1.75, less the dispute.
    expect(await total()).toBe(5_000 - 175 - 6_500)
    expect(await netOfEntries()).toBe(await total())
  })

  test('evidence is staged, then submitted once, and winning evidence brings the money back', async () => {
    const dispute = await disputeOf(await pay('pm_card_createDispute'))
    const staged = await stripe.disputes.update(dispute.id, {
      evidence: { product_description: 'One call of an API', access_activity_log: 'digest 0x12' },
      submit: false,
    })
    expect(staged).toMatchObject({
      status: 'needs_response',
      evidence_details: { has_evidence: true, submission_count: 0 },
    })
    const submitted = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } })
    expect(submitted).toMatchObject({
      status: 'under_review',
      evidence: { product_description: 'One call of an API' },
      evidence_details: { submission_count: 1 },
    })
    await expect(stripe.disputes.update(dispute.id, { evidence: { receipt: 'file_1' } })).rejects.toThrow(
      'already been submitted',
    )
    server.controls.advance(10_000)
    const won = await stripe.disputes.retrieve(dispute.id)
    expect(won.status).toBe('won')
    expect(won.balance_transactions.map(({ net }) => net)).toEqual([-6_500, 6_500])
    expect(await total()).toBe(5_000 - 175)
    expect(types().slice(-2)).toEqual(['charge.dispute.funds_reinstated', 'charge.dispute.closed'])
  })

  test.each(['losing evidence', 'no answer', 'acceptance'])('%s loses it, and the money stays away', async (how) => {
    const dispute = await disputeOf(await pay('pm_card_createDisputeProductNotReceived'))
    if (how === 'losing evidence') {
      await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'losing_evidence' } })
      server.controls.advance(10_000)
    } else if (how === 'no answer') server.controls.advance(10 * dayMs)
    else await stripe.disputes.close(dispute.id)
    const lost = await stripe.disputes.retrieve(dispute.id)
    expect(lost).toMatchObject({
      status: 'lost',
      reason: 'product_not_received',
      evidence_details: { past_due: how === 'no answer' },
    })
    expect(await total()).toBe(5_000 - 175 - 6_500)
    expect(await code(stripe.refunds.create({ charge: dispute.charge as string }))).toBe('charge_disputed')
    await expect(stripe.disputes.close(dispute.id)).rejects.toThrow('already closed')
  })

  test('an inquiry takes no money, and a full refund ends it', async () => {
    const intent = await pay('pm_card_createDisputeInquiry')
    const inquiry = await disputeOf(intent)
    expect(inquiry).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
    })
    await stripe.refunds.create({ payment_intent: intent.id, amount: 1_000 })
    expect((await disputeOf(intent)).status).toBe('warning_needs_response')
    await stripe.refunds.create({ payment_intent: intent.id })
    expect((await disputeOf(intent)).status).toBe('warning_closed')
    expect(await total()).toBe(-175)
  })

  test('an inquiry can become a dispute', async () => {
    const intent = await pay('pm_card_createDisputeInquiry')
    await stripe.disputes.update((await disputeOf(intent)).id, {
      evidence: { uncategorized_text: 'escalate_inquiry_evidence' },
    })
    server.controls.advance(10_000)
    expect(await disputeOf(intent)).toMatchObject({ status: 'needs_response', is_charge_refundable: false })
    expect(await total()).toBe(5_000 - 175 - 6_500)
  })

  test('a control opens one on any charge, for what is not refunded yet', async () => {
    const intent = await pay('pm_card_visa')
    await stripe.refunds.create({ payment_intent: intent.id, amount: 2_000 })
    const id = server.controls.openDispute(intent.latest_charge as string, { reason: 'duplicate' })
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ amount: 3_000, reason: 'duplicate' })
    expect(() => server.controls.openDispute(intent.latest_charge as string)).toThrow('cannot be disputed')
  })
})

describe('early fraud warnings', () => {
  test('a refund in time leaves nothing to do', async () => {
    const intent = await pay('pm_card_createIssuerFraudRecord')
    const { data } = await stripe.radar.earlyFraudWarnings.list({ payment_intent: intent.id })
    expect(data).toMatchObject([
      { object: 'radar.early_fraud_warning', actionable: true, charge: intent.latest_charge },
    ])
    await stripe.refunds.create({ payment_intent: intent.id, reason: 'fraudulent' })
    expect(await stripe.radar.earlyFraudWarnings.retrieve(data[0]?.id ?? '')).toMatchObject({ actionable: false })
    expect(types()).toContain('radar.early_fraud_warning.updated')
  })

  test('a dispute leaves nothing to do either', async () => {
    const intent = await pay('pm_card_createIssuerFraudRecord')
    server.controls.openDispute(intent.latest_charge as string)
    const { data } = await stripe.radar.earlyFraudWarnings.list()
    expect(data.map(({ actionable }) => actionable)).toEqual([false])
  })
})

describe('the balance and payouts', () => {
  test('money is pending for two days, or available at once', async () => {
    await pay('pm_card_visa')
    await pay('pm_card_bypassPending', 1_000)
    const before = await stripe.balance.retrieve()
    expect(before).toMatchObject({ available: [{ amount: 941, currency: 'usd' }], pending: [{ amount: 4_825 }] })
    server.controls.advance(2 * dayMs)
    expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 5_766 }], pending: [{ amount: 0 }] })
    const { data } = await stripe.balanceTransactions.list()
    expect(data.map(({ status }) => status)).toEqual(['available', 'available'])
  })

  test('a payout is paid when it arrives, and may fail afterwards', async () => {
    await pay('pm_card_bypassPending')
    expect(await code(stripe.payouts.create({ amount: 4_826, currency: 'usd' }))).toBe('balance_insufficient')
    const payout = await stripe.payouts.create({ amount: 4_825, currency: 'usd', expand: ['balance_transaction'] })
    expect(payout).toMatchObject({
      object: 'payout',
      status: 'pending',
      automatic: false,
      balance_transaction: { amount: -4_825, type: 'payout', reporting_category: 'payout' },
    })
    expect(await total()).toBe(0)
    server.controls.advance(3 * dayMs)
    expect((await stripe.payouts.retrieve(payout.id)).status).toBe('paid')
    server.controls.failPayout(payout.id)
    expect(await stripe.payouts.retrieve(payout.id)).toMatchObject({ status: 'failed', failure_code: 'account_closed' })
    expect(await total()).toBe(4_825)
    expect((await stripe.payouts.list({ status: 'failed' })).data).toHaveLength(1)
    expect(types().filter((type) => type.startsWith('payout.'))).toEqual([
      'payout.created',
      'payout.paid',
      'payout.failed',
    ])
  })

  test('a pending payout can be cancelled', async () => {
    await pay('pm_card_bypassPending')
    const { id } = await stripe.payouts.create({ amount: 1_000, currency: 'usd' })
    expect((await stripe.payouts.cancel(id)).status).toBe('canceled')
    expect(await total()).toBe(4_825)
  })
})

test('daily payouts carry what is available, and its entries name them', async () => {
  const daily = await startStripe({ settings: { automaticPayouts: true } })
  const client = stripeClient(daily)
  const intent = await client.paymentIntents.create({
    amount: 5_000,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_visa',
  })
  await client.refunds.create({ payment_intent: intent.id, amount: 1_000 })
  daily.controls.advance(3 * dayMs)
  const [payout] = (await client.payouts.list()).data
  expect(payout).toMatchObject({ amount: 3_825, automatic: true, reconciliation_status: 'completed' })
  const carried = await client.balanceTransactions.list({ payout: payout?.id ?? '' })
  expect(carried.data.map(({ type, net }) => [type, net])).toEqual([
    ['payout', -3_825],
    ['refund', -1_000],
    ['charge', 4_825],
  ])
  await daily.stop()
})
