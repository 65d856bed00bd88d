import { Mppx as ClientMppx, stripe as clientStripe } from 'mppx/client'
import { Mppx, stripe as serverStripe } from 'mppx/server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sandboxAccounts, startStripe, stripeClient, walletOf, type StripeServer } from '.'

/** The reference SDK of MPP on both sides, unmodified: 402, a token from the agent's wallet, paid. */

let server: StripeServer
beforeEach(async () => (server = await startStripe()))
afterEach(() => server.stop())

type Shop = {
  maxNetworkRetries?: number
  connect?: Record<string, unknown>
  paymentMethod?: string
  options?: Record<string, unknown>
}

/** A shop and its customer. @param maxNetworkRetries of the seller's Stripe SDK. */
function shop({ maxNetworkRetries, connect, paymentMethod = 'pm_card_visa', options }: Shop = {}) {
  const mppx = Mppx.create({
    methods: [
      serverStripe.charge({
        client: stripeClient(server, maxNetworkRetries === undefined ? {} : { maxNetworkRetries }),
        networkId: server.profile,
        paymentMethodTypes: ['card', 'link'],
        currency: 'usd',
        decimals: 2,
        ...(connect && { connect }),
      }),
    ],
    realm: 'sandbox.test',
    secretKey: 'a-secret-of-32-bytes-or-more-for-mppx',
  })
  const sell = mppx.charge({ amount: '0.75', ...(options && { paymentIntentOptions: options }) })
  const answers: number[] = []
  const client = ClientMppx.create({
    polyfill: false,
    fetch: async (input, init) => {
      const result = await sell(new Request(input, init))
      const response = result.status === 402 ? result.challenge : result.withReceipt(Response.json({ bought: true }))
      answers.push(response.status)
      return response
    },
    methods: [clientStripe.charge({ paymentMethod, createToken: walletOf(server) })],
  })
  return { buy: () => client.fetch('http://sandbox.test/thing'), answers }
}

const charged = () => server.state.all('charge').reduce((sum, { amount_captured }) => sum + amount_captured, 0n)

test('a client that mppx made pays a server that mppx made', async () => {
  const { buy, answers } = shop()
  const response = await buy()
  expect(await response.json()).toEqual({ bought: true })
  expect(answers).toEqual([402, 200])
  expect(charged()).toBe(75n)
  const [intent] = server.state.all('payment_intent')
  expect(intent).toMatchObject({ status: 'succeeded', metadata: { machine_payment: 'true' } })
  expect(intent?.metadata.mpp_challenge_id).toBeTruthy()
  expect(response.headers.get('payment-receipt')).toBeTruthy()
})

test('a platform that mppx pays for keeps its part, and a tax calculation is committed', async () => {
  const { connected, seller } = sandboxAccounts
  const calculation = await stripeClient(server).tax.calculations.create({
    currency: 'usd',
    line_items: [{ amount: 69, reference: 'call' }],
    customer_details: { address: { country: 'US', state: 'NY' }, address_source: 'billing' },
  })
  const { buy } = shop({
    connect: { applicationFeeAmount: 10, transferData: { destination: connected.id } },
    options: { hooks: { inputs: { tax: { calculation: calculation.id } } } },
  })
  expect((await buy()).status).toBe(200)
  expect(server.state.all('application_fee', seller.id)).toMatchObject([{ amount: 10n, account: connected.id }])
  expect(server.state.all('transfer', seller.id)).toMatchObject([{ amount: 75n, destination: connected.id }])
  const [intent] = server.state.all('payment_intent')
  expect(server.state.all('tax_transaction')).toMatchObject([{ reference: intent?.id, type: 'transaction' }])
})

test.each(['pm_card_visa_chargeDeclined', 'pm_card_authenticationRequired'])(
  '%s is a 402, and no money moves',
  async (paymentMethod) => {
    const { buy, answers } = shop({ paymentMethod })
    expect((await buy()).status).toBe(402)
    expect(answers[0]).toBe(402)
    expect(charged()).toBe(0n)
  },
)

// Trap 1 of the rail: mppx takes `idempotent-replayed: true` for a stolen payment, although its own SDK has just retried.
test('mppx charges twice after one lost reply, also with the retries of its SDK off', async () => {
  for (const retries of [undefined, 0]) {
    const [before, tokens] = [charged(), server.state.all('granted_token').length]
    const { buy } = shop(retries === undefined ? {} : { maxNetworkRetries: retries })
    server.faults.add({ action: 'lose-reply', method: 'POST', path: '/v1/payment_intents', times: 1 })
    await buy()
    // One purchase of 0.75: the SDK itself tried again after the closed connection, and mppx refused the replay.
    expect(charged() - before).toBe(150n)
    expect(server.state.all('granted_token').length - tokens).toBe(2)
  }
})
