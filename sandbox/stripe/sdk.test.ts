import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintToken, previewVersion, sandboxAccounts, startStripe, stripeClient, type StripeServer } from '.'

/** The calls of a seller, by the official SDK. */

let server: StripeServer
let stripe: Stripe

beforeAll(async () => {
  server = await startStripe({ settings: { searchDelayMs: 60_000 } })
  stripe = stripeClient(server, { maxNetworkRetries: 0 })
})
afterAll(() => server.stop())

/** The field is not in the SDK's types: shared payment tokens are a preview. */
const withToken = (token: string, fields: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  ({
    amount: 500,
    currency: 'usd',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    shared_payment_granted_token: token,
    ...fields,
  }) as Stripe.PaymentIntentCreateParams

const preview = { apiVersion: previewVersion } as Stripe.RequestOptions
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('it succeeded')
    },
    (error: Stripe.errors.StripeError) => error,
  )

const pay = (fields: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 1_000,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_visa',
    ...fields,
  })

describe('shared payment tokens', () => {
  test('a token pays once, and says what was captured', async () => {
    const token = await mintToken(server, { amount: 800 })
    const intent = await stripe.paymentIntents.create(withToken(token), preview)
    expect(intent).toMatchObject({ status: 'succeeded', amount: 500, amount_received: 500, livemode: false })
    expect(intent.id).toMatch(/^pi_\w{24}$/)
    const seen = await stripe.rawRequest('GET', `/v1/shared_payment/granted_tokens/${token}`, undefined, preview)
    expect(seen).toMatchObject({
      object: 'shared_payment.granted_token',
      deactivated_reason: 'consumed',
      usage_details: { amount_captured: { currency: 'usd', value: 500 } },
      usage_limits: { currency: 'usd', max_amount: 800 },
      agent_details: { network_business_profile: sandboxAccounts.agent.profile },
      payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
    })
    expect(Object.keys(seen).filter((name) => name.startsWith('_'))).toEqual([])
    const error = await failure(stripe.paymentIntents.create(withToken(token), preview))
    expect(error).toMatchObject({ statusCode: 400, param: 'shared_payment_granted_token' })
    expect(error.message).toContain('consumed')
  })

  test.each([
    ['more than its limit', { amount: 499 }, {}, 'over the limit'],
    ['another currency', { amount: 500 }, { currency: 'eur' }, 'only be used for payments in usd'],
    ['another seller', { amount: 500, profile: sandboxAccounts.connected.profile }, {}, 'No such shared_payment'],
    ['a profile that is none', { amount: 500, profile: 'profile_test_none' }, {}, 'No such shared_payment'],
  ])('a token for %s is refused, and no intent is left', async (_, wish, fields, message) => {
    const token = await mintToken(server, wish)
    const before = server.state.all('payment_intent').length
    const error = await failure(stripe.paymentIntents.create(withToken(token, fields), preview))
    expect(error.type).toBe('StripeInvalidRequestError')
    expect(error.message).toContain(message)
    expect(server.state.all('payment_intent').length).toBe(before)
  })

  test('a token is revoked by its buyer, and expires', async () => {
    const revoked = await mintToken(server, { amount: 500 })
    server.controls.revokeToken(revoked)
    expect((await failure(stripe.paymentIntents.create(withToken(revoked), preview))).message).toContain('revoked')
    const short = await mintToken(server, { amount: 500, expiresAt: Math.floor(server.nowMs() / 1_000) + 60 })
    server.controls.advance(61_000)
    expect((await failure(stripe.paymentIntents.create(withToken(short), preview))).message).toContain('expired')
    expect(
      await stripe.rawRequest('GET', `/v1/shared_payment/granted_tokens/${short}`, undefined, preview),
    ).toMatchObject({ deactivated_reason: 'expired' })
  })

  test('an authorised intent holds its token; capture consumes it, cancel frees it', async () => {
    const token = await mintToken(server, { amount: 500 })
    const first = await stripe.paymentIntents.create(withToken(token, { capture_method: 'manual' }), preview)
    expect(first).toMatchObject({ status: 'requires_capture', amount_capturable: 500, amount_received: 0 })
    expect((await failure(stripe.paymentIntents.create(withToken(token), preview))).message).toContain('in use')
    await stripe.paymentIntents.cancel(first.id)
    const second = await stripe.paymentIntents.create(withToken(token, { capture_method: 'manual' }), preview)
    expect(await stripe.paymentIntents.capture(second.id)).toMatchObject({ status: 'succeeded', amount_received: 500 })
    expect((await failure(stripe.paymentIntents.create(withToken(token), preview))).message).toContain('consumed')
  })

  test('without a preview version the field is unknown', async () => {
    const token = await mintToken(server, { amount: 500 })
    expect(await failure(stripe.paymentIntents.create(withToken(token)))).toMatchObject({
      code: 'parameter_unknown',
      message: 'Received unknown parameter: shared_payment_granted_token',
    })
  })

  test("an agent's live mint answers an issued token, whose seller sees a granted one", async () => {
    const agent = stripeClient(server, { secretKey: sandboxAccounts.agent.secretKey })
    const issued = await agent.rawRequest(
      'POST',
      '/v1/shared_payment/issued_tokens',
      {
        payment_method: 'pm_card_visa',
        usage_limits: { currency: 'usd', max_amount: 500, expires_at: Math.floor(server.nowMs() / 1_000) + 600 },
        seller_details: { network_business_profile: server.profile },
      },
      preview,
    )
    expect(issued).toMatchObject({ object: 'shared_payment.issued_token', status: 'active' })
    const intent = await stripe.paymentIntents.create(withToken((issued as unknown as { id: string }).id), preview)
    expect(intent.status).toBe('succeeded')
  })
})

describe('lost replies', () => {
  const lose = (times: number) =>
    server.faults.add({ action: 'lose-reply', method: 'POST', path: '/v1/payment_intents', times })
  const charged = () => server.state.all('charge').length

  test('the SDK repeats a call once after a closed connection, also with its retries off, under one key', async () => {
    const before = charged()
    lose(1)
    const intent = await pay()
    expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(charged()).toBe(before + 1)
    const [first, second] = server.calls.slice(-2)
    expect(first?.key).toMatch(/^stripe-node-retry-/)
    expect(second).toMatchObject({ key: first?.key, isReplay: true, status: 200 })
  })

  test('after two lost replies the caller knows nothing, and the charge is there', async () => {
    const before = charged()
    lose(2)
    expect((await failure(pay())).type).toBe('StripeConnectionError')
    expect(charged()).toBe(before + 1)
  })
})

describe('payment intents', () => {
  test('a charge books its amount, 2.9 % and 30 cents, and what is left', async () => {
    const intent = await pay({ amount: 1_234, expand: ['latest_charge.balance_transaction'] })
    const charge = intent.latest_charge as Stripe.Charge
    expect(charge).toMatchObject({ object: 'charge', amount: 1_234, captured: true, paid: true, status: 'succeeded' })
    expect(charge.balance_transaction).toMatchObject({
      amount: 1_234,
      fee: 66,
      net: 1_168,
      type: 'charge',
      reporting_category: 'charge',
      status: 'pending',
      source: charge.id,
    })
  })

  test.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
  ])('%s is a 402 with the intent inside', async (method, code, declineCode) => {
    const error = await failure(pay({ payment_method: method }))
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError)
    expect(error).toMatchObject({ statusCode: 402, code, ...(declineCode && { decline_code: declineCode }) })
    expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code } })
    const again = await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '', { expand: ['latest_charge'] })
    expect(again.latest_charge).toMatchObject({ status: 'failed', paid: false, balance_transaction: null })
    expect(await stripe.paymentIntents.confirm(again.id, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 'succeeded',
    })
  })

  test('a card that needs a person: requires_action, or a decline off session', async () => {
    const intent = await pay({
      payment_method: 'pm_card_authenticationRequired',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } })
    server.controls.authenticate(intent.id, true)
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
    const error = await failure(pay({ payment_method: 'pm_card_authenticationRequired', off_session: true }))
    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' })
  })

  test('a bank debit is processing, then succeeds, fails or stays', async () => {
    const [good, bad, open] = await Promise.all(
      ['success', 'insufficientFunds', 'processing'].map((name) => pay({ payment_method: `pm_usBankAccount_${name}` })),
    )
    expect([good?.status, bad?.status, open?.status]).toEqual(['processing', 'processing', 'processing'])
    server.controls.advance(5_000)
    const now = await Promise.all([good, bad, open].map((intent) => stripe.paymentIntents.retrieve(intent?.id ?? '')))
    expect(now.map(({ status }) => status)).toEqual(['succeeded', 'requires_payment_method', 'processing'])
    server.controls.endProcessing(open?.id ?? '', 'succeeds')
    expect((await stripe.paymentIntents.retrieve(open?.id ?? '')).status).toBe('succeeded')
  })

  test('a partial capture releases the rest, which shows as refunded', async () => {
    const intent = await pay({ capture_method: 'manual' })
    const captured = await stripe.paymentIntents.capture(intent.id, {
      amount_to_capture: 700,
      expand: ['latest_charge.balance_transaction'],
    })
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 700 })
    expect(captured.latest_charge).toMatchObject({
      amount: 1_000,
      amount_captured: 700,
      amount_refunded: 300,
      refunded: false,
      balance_transaction: { amount: 700, fee: 50 },
    })
    expect((await failure(stripe.paymentIntents.capture(intent.id))).code).toBe('payment_intent_unexpected_state')
    expect((await failure(stripe.paymentIntents.cancel(intent.id))).code).toBe('payment_intent_unexpected_state')
  })

  test('an authorisation that is not captured expires after seven days', async () => {
    const intent = await pay({ capture_method: 'manual' })
    server.controls.advance(7 * 24 * 3_600_000)
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    })
  })

  test('lists have pages, and filters by time', async () => {
    for (let index = 0; index < 3; index++) await pay({ description: `page ${index}` })
    const first = await stripe.paymentIntents.list({ limit: 2 })
    expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' })
    expect(first.data.map(({ description }) => description)).toEqual(['page 2', 'page 1'])
    const next = await stripe.paymentIntents.list({ limit: 1, starting_after: first.data[1]?.id ?? '' })
    expect(next.data[0]?.description).toBe('page 0')
    const back = await stripe.paymentIntents.list({ limit: 1, ending_before: next.data[0]?.id ?? '' })
    expect(back.data[0]?.description).toBe('page 1')
    expect(
      (await stripe.paymentIntents.list({ created: { gt: Math.floor(server.nowMs() / 1_000) + 5 } })).data,
    ).toEqual([])
    const all = await stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 1_000 })
    expect(all.length).toBe(server.state.all('payment_intent').length)
  })

  test('search finds by metadata, and only after its delay', async () => {
    const intent = await pay({ metadata: { mpp_challenge_id: "it's" } })
    const search = () =>
      stripe.paymentIntents.search({ query: `metadata['mpp_challenge_id']:'it\\'s' AND status:'succeeded'` })
    expect((await search()).data).toEqual([])
    server.controls.advance(60_000)
    expect((await search()).data.map(({ id }) => id)).toEqual([intent.id])
    expect((await failure(stripe.paymentIntents.search({ query: 'nonsense' }))).statusCode).toBe(400)
  })

  test.each([
    ['no amount', { amount: undefined as unknown as number }, 'parameter_missing', 'amount'],
    ['a fraction', { amount: 10.5 }, 'parameter_invalid_integer', 'amount'],
    ['less than the least', { amount: 49 }, 'amount_too_small', 'amount'],
    ['an unknown field', { colour: 'red' } as never, 'parameter_unknown', 'colour'],
    ['an unknown payment method', { payment_method: 'pm_card_nothing' }, 'resource_missing', 'payment_method'],
  ])('%s is refused as Stripe does', async (_, fields, code, param) => {
    expect(await failure(pay(fields))).toMatchObject({
      statusCode: 400,
      code,
      param,
      type: 'StripeInvalidRequestError',
    })
  })

  test('a wrong key is 401, another account 403, an unknown id 404', async () => {
    const wrong = stripeClient(server, { secretKey: 'sk_test_not_a_key_at_all_1234' })
    const error = await failure(wrong.balance.retrieve())
    expect(error).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' })
    expect(error.message).toBe('Invalid API Key provided: sk_test_*****************1234')
    expect(await failure(stripe.balance.retrieve({}, { stripeAccount: 'acct_1Other' }))).toMatchObject({
      statusCode: 403,
      code: 'account_invalid',
    })
    expect(await failure(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    })
    const intent = await pay()
    const agent = stripeClient(server, { secretKey: sandboxAccounts.agent.secretKey })
    expect((await failure(agent.paymentIntents.retrieve(intent.id))).statusCode).toBe(404)
  })
})

describe('refunds', () => {
  test('in parts, up to the whole and not further; the fee stays', async () => {
    const intent = await pay()
    const part = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 400,
      reason: 'requested_by_customer',
      expand: ['balance_transaction'],
    })
    expect(part).toMatchObject({ object: 'refund', amount: 400, status: 'succeeded', payment_intent: intent.id })
    expect(part.balance_transaction).toMatchObject({ amount: -400, fee: 0, net: -400, type: 'refund', source: part.id })
    const over = await failure(stripe.refunds.create({ payment_intent: intent.id, amount: 601 }))
    expect(over.message).toBe('Refund amount ($6.01) is greater than unrefunded amount on charge ($6.00)')
    await stripe.refunds.create({ payment_intent: intent.id })
    expect((await failure(stripe.refunds.create({ payment_intent: intent.id }))).code).toBe('charge_already_refunded')
    const { data } = await stripe.charges.list({ payment_intent: intent.id, expand: ['data.refunds'] })
    expect(data[0]).toMatchObject({ amount_refunded: 1_000, refunded: true })
    expect(data[0]?.refunds?.data.map(({ amount }) => amount)).toEqual([600, 400])
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toHaveLength(2)
  })

  test('one that fails later gives the money back, and can be tried again', async () => {
    const intent = await pay({ payment_method: 'pm_card_refundFail' })
    const before = server.state.balance(server.account)
    const refund = await stripe.refunds.create({ payment_intent: intent.id })
    expect(refund.status).toBe('succeeded')
    server.controls.advance(10_000)
    expect(await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] })).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: { type: 'refund_failure', amount: 1_000, net: 1_000 },
    })
    expect(server.state.balance(server.account)).toEqual(before)
    expect((await stripe.refunds.create({ payment_intent: intent.id, amount: 1_000 })).status).toBe('succeeded')
  })

  test('one that the bank takes later is pending first', async () => {
    const intent = await pay({ payment_method: 'pm_card_pendingRefund' })
    const refund = await stripe.refunds.create({ payment_intent: intent.id })
    expect(refund.status).toBe('pending')
    server.controls.advance(10_000)
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded')
  })

  test('what was not captured cannot be refunded', async () => {
    const intent = await pay({ capture_method: 'manual' })
    expect((await failure(stripe.refunds.create({ payment_intent: intent.id }))).param).toBe('payment_intent')
  })
})
