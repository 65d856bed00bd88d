import { stripe as mppxStripe } from 'mppx/server'
import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mintToken, previewVersion, sandboxAccounts, startStripe, stripeClient, type StripeServer } from '.'

/** Crypto recorded at Stripe, tax, Connect, test clocks. */

let server: StripeServer
let stripe: Stripe
beforeEach(async () => {
  server = await startStripe()
  stripe = stripeClient(server, { maxNetworkRetries: 0 })
})
afterEach(() => server.stop())

const hash = (digit: string) => `0x${digit.repeat(64)}`
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it succeeded',
    (error: Stripe.errors.StripeError) => error.code ?? error.message,
  )
const nets = (account: string) => server.state.all('balance_transaction', account).map(({ type, net }) => [type, net])

describe('crypto', () => {
  const record = (transaction: string, network = 'tempo') =>
    stripe.paymentIntents.create({
      amount: 1_250,
      currency: 'usd',
      confirm: true,
      payment_method_data: { type: 'crypto' },
      payment_method_types: ['crypto'],
      payment_method_options: {
        crypto: {
          mode: 'transaction_verification',
          transaction_verification_options: { network, transaction_hash: transaction },
        },
      },
    } as unknown as Stripe.PaymentIntentCreateParams)

  test('a transaction is recorded once, with its hash and a fee of 1.5 %', async () => {
    const intent = await record(hash('a'))
    expect(intent.status).toBe('succeeded')
    const charge = await stripe.charges.retrieve(intent.latest_charge as string, { expand: ['balance_transaction'] })
    expect(charge.id).toMatch(/^py_/)
    expect(charge).toMatchObject({
      payment_method_details: { type: 'crypto', crypto: { network: 'tempo', transaction_hash: hash('a') } },
      balance_transaction: { amount: 1_250, fee: 19, type: 'payment', reporting_category: 'charge' },
    })
    const before = server.state.all('payment_intent').length
    expect(await code(record(hash('A')))).toBe('crypto_transaction_already_used')
    expect(server.state.all('payment_intent').length).toBe(before)
    expect((await record(hash('a'), 'base')).status).toBe('succeeded')
    expect(await code(record('0x12'))).toContain('Invalid transaction hash')
  })

  test('mppx finds its deposit address, and records what it was paid there', async () => {
    const machine = mppxStripe.create({ client: stripe, networkId: server.profile, livemode: false })
    const address = await machine.findOrCreateDepositAddress('tempo')
    expect(address).toMatch(/^0x[0-9a-f]{40}$/)
    const { data } = (await stripe.rawRequest(
      'GET',
      '/v1/crypto/deposit_addresses?network=tempo&limit=1',
    )) as unknown as {
      data: unknown[]
    }
    expect(data).toMatchObject([{ object: 'crypto.deposit_address', address, network: 'tempo' }])
    const { onPaymentSuccess } = machine.tempo.charge({ recipient: address })
    const payment = { receipt: { reference: hash('b') }, request: { amount: '750000' } }
    await onPaymentSuccess?.(payment as never)
    await onPaymentSuccess?.(payment as never)
    expect(server.state.all('payment_intent').map(({ amount, status }) => [amount, status])).toEqual([
      [75n, 'succeeded'],
    ])
  })
})

describe('tax', () => {
  const calculate = (state: string, amount = 1_000) =>
    stripe.tax.calculations.create({
      currency: 'usd',
      line_items: [{ amount, reference: 'call', tax_behavior: 'exclusive' }],
      customer_details: { address: { country: 'US', state, postal_code: '10001' }, address_source: 'billing' },
      expand: ['line_items'],
    })
  const taxed = (calculation: string, amount: number) =>
    stripe.paymentIntents.create({
      amount,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      hooks: { inputs: { tax: { calculation } } },
    })

  test('a calculation has tax by place, and none where nothing is collected', async () => {
    expect(await calculate('NY')).toMatchObject({
      object: 'tax.calculation',
      amount_total: 1_089,
      tax_amount_exclusive: 89,
      tax_amount_inclusive: 0,
      line_items: { data: [{ amount: 1_000, amount_tax: 89, reference: 'call' }] },
      tax_breakdown: [
        { amount: 89, taxable_amount: 1_000, tax_rate_details: { state: 'NY', percentage_decimal: '8.875' } },
      ],
    })
    expect(await calculate('OR')).toMatchObject({
      amount_total: 1_000,
      tax_breakdown: [{ taxability_reason: 'not_collecting' }],
    })
    expect(await code(stripe.tax.calculations.create({ currency: 'usd', line_items: [{ amount: 5 }] }))).toBe(
      'customer_tax_location_invalid',
    )
  })

  test('a payment with the calculation commits it, and its refunds take it back', async () => {
    const calculation = await calculate('NY')
    const intent = await taxed(calculation.id ?? '', 1_089)
    const [committed] = server.state.all('tax_transaction')
    expect(await stripe.tax.transactions.retrieve(committed?.id ?? '', { expand: ['line_items'] })).toMatchObject({
      type: 'transaction',
      reference: intent.id,
      line_items: { data: [{ amount: 1_000, amount_tax: 89 }] },
    })
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 545 })
    const reversal = server.state.all('tax_transaction').at(-1)
    expect(reversal).toMatchObject({
      type: 'reversal',
      reference: refund.id,
      reversal: { original_transaction: committed?.id },
    })
    expect(reversal?._lines).toMatchObject([{ amount: -500n, amount_tax: -45n }])
    const lines = await stripe.tax.transactions.listLineItems(reversal?.id ?? '')
    expect(lines.data).toMatchObject([{ amount: -500, amount_tax: -45 }])
  })

  test('without the hook a seller commits and reverses by itself, each reference once', async () => {
    const calculation = (await calculate('WA')).id ?? ''
    const committed = await stripe.tax.transactions.createFromCalculation({ calculation, reference: 'order 1' })
    expect(await code(stripe.tax.transactions.createFromCalculation({ calculation, reference: 'order 1' }))).toBe(
      'taxes_calculation_failed',
    )
    const fields = { original_transaction: committed.id, reference: 'order 1 back', mode: 'full' as const }
    expect(await stripe.tax.transactions.createReversal(fields)).toMatchObject({ type: 'reversal' })
  })

  test('a calculation that is none, or too old, refuses the payment', async () => {
    const calculation = (await calculate('NY')).id ?? ''
    expect(await code(taxed('taxcalc_none', 1_000))).toBe('resource_missing')
    server.controls.advance(91 * 86_400_000)
    expect(await code(taxed(calculation, 1_089))).toBe('tax_calculation_expired')
    expect(server.state.all('payment_intent')).toEqual([])
  })
})

describe('Connect', () => {
  const { connected, seller } = sandboxAccounts
  const destination = (fields: Partial<Stripe.PaymentIntentCreateParams>) =>
    stripe.paymentIntents.create({
      amount: 10_000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      transfer_data: { destination: connected.id },
      ...fields,
    })

  test('a destination charge with a fee: the platform keeps the fee and pays for the card', async () => {
    const intent = await destination({ application_fee_amount: 1_000, on_behalf_of: connected.id })
    expect(nets(seller.id)).toEqual([
      ['charge', 9_680n],
      ['transfer', -10_000n],
      ['application_fee', 1_000n],
    ])
    expect(nets(connected.id)).toEqual([['payment', 9_000n]])
    const [transfer] = (await stripe.transfers.list({ destination: connected.id })).data
    expect(transfer).toMatchObject({ amount: 10_000, source_transaction: intent.latest_charge })
    const charge = await stripe.charges.retrieve(intent.latest_charge as string, {
      expand: ['transfer', 'application_fee'],
    })
    expect(charge).toMatchObject({
      transfer: { id: transfer?.id },
      application_fee: { amount: 1_000, account: connected.id },
    })
  })

  test('a refund takes the transfer and the fee back in proportion', async () => {
    const intent = await destination({ application_fee_amount: 1_000 })
    await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 5_000,
      reverse_transfer: true,
      refund_application_fee: true,
    })
    expect(server.state.balance(connected.id).pending + server.state.balance(connected.id).available).toBe(4_500n)
    const [fee] = (await stripe.applicationFees.list()).data
    expect(fee).toMatchObject({ amount: 1_000, amount_refunded: 500, refunded: false })
    const [transfer] = (await stripe.transfers.list()).data
    expect(transfer).toMatchObject({ amount_reversed: 5_000, reversed: false })
  })

  test('a part of the amount can go to the connected account', async () => {
    await destination({ transfer_data: { destination: connected.id, amount: 8_000 } })
    expect(nets(connected.id)).toEqual([['payment', 8_000n]])
  })

  test("a direct charge is the connected account's own, with a fee for the platform", async () => {
    const intent = await stripe.paymentIntents.create(
      { amount: 10_000, currency: 'usd', confirm: true, payment_method: 'pm_card_visa', application_fee_amount: 700 },
      { stripeAccount: connected.id },
    )
    expect(nets(connected.id)).toEqual([['charge', 10_000n - 320n - 700n]])
    expect(nets(seller.id)).toEqual([['application_fee', 700n]])
    expect(await code(stripe.paymentIntents.retrieve(intent.id))).toBe('resource_missing')
    const events = server.state.all('event', connected.id)
    expect(events.every(({ account }) => account === connected.id)).toBe(true)
  })

  test("a shared token for the platform's profile pays a direct charge", async () => {
    const token = await mintToken(server, { amount: 500 })
    const fields = { amount: 500, currency: 'usd', confirm: true, shared_payment_granted_token: token }
    const options = { stripeAccount: connected.id, apiVersion: previewVersion } as Stripe.RequestOptions
    expect((await stripe.paymentIntents.create(fields, options)).status).toBe('succeeded')
  })

  test.each([
    ['a fee above the amount', { application_fee_amount: 10_001 }, 'application_fee_amount'],
    [
      'a fee beside a part',
      { application_fee_amount: 5, transfer_data: { destination: connected.id, amount: 5 } },
      'only specify one',
    ],
    ['a part above the amount', { transfer_data: { destination: connected.id, amount: 10_001 } }, 'transfer_data'],
    [
      'an account of another platform',
      { transfer_data: { destination: 'acct_1Other' } },
      "No such destination: 'acct_1Other'",
    ],
  ])('%s is refused', async (_, fields, message) => {
    await expect(destination(fields)).rejects.toThrow(message)
  })

  test('accounts are read and made', async () => {
    expect(await stripe.accounts.retrieveCurrent()).toMatchObject({
      id: seller.id,
      object: 'account',
      charges_enabled: true,
    })
    const made = await stripe.accounts.create({ country: 'US', email: 'shop@example.com' })
    expect((await stripe.accounts.list()).data.map(({ id }) => id)).toEqual([made.id, connected.id])
    expect(await stripe.accounts.retrieve(made.id)).toMatchObject({ email: 'shop@example.com' })
  })
})

test('a test clock moves money, due dates and refunds', async () => {
  const start = Math.floor(server.nowMs() / 1_000)
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start, name: 'two weeks' })
  const pay = (method: string) =>
    stripe.paymentIntents.create({ amount: 5_000, currency: 'usd', confirm: true, payment_method: method })
  await pay('pm_card_createDispute')
  const refunded = await pay('pm_card_refundFail')
  const refund = await stripe.refunds.create({ payment_intent: refunded.id })
  const advanced = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: start + 14 * 86_400 })
  expect(advanced.status).toBe('advancing')
  expect(await stripe.testHelpers.testClocks.retrieve(clock.id)).toMatchObject({
    status: 'ready',
    frozen_time: start + 14 * 86_400,
  })
  expect((await stripe.disputes.list()).data).toMatchObject([{ status: 'lost' }])
  expect((await stripe.refunds.retrieve(refund.id)).status).toBe('failed')
  expect(await stripe.balance.retrieve()).toMatchObject({
    pending: [{ amount: 0 }],
    available: [{ amount: 2 * 4_825 - 6_500 }],
  })
  expect(server.state.all('event').at(-1)).toMatchObject({ type: 'test_helpers.test_clock.ready' })
})
