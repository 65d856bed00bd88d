import { setTimeout as sleep } from 'node:timers/promises'
import { Mppx, stripe as stripeMethod } from 'mppx/client'
import { mintToken, type StripeServer } from '../sandbox/stripe'
import { stripeCredential } from '../sandbox/testing/stripe-shop-fixture'

/** An agent that wants one answer, and what it did for it. */
export type Purchase = {
  /** Numbers of the upstream's answers that it got: two are two answers. */
  answers: Set<number>
  /** Credentials that it sent. */
  credentials: Set<string>
}

/** Where an agent buys: processes of one seller, the first that answers takes the request. */
export type Shop = { urls: readonly string[]; path: string; profile: string }

/** An answer that takes longer is a lost one. */
const requestMs = 15_000
const pauseMs = 500

/**
 * Buys by mppx's client, which pays again after another 402, up to three times. Below it the connection behaves as usual libraries
 * do: a request without an answer and a 503 are repeated with the same credential, for as long as the agent has patience.
 */
export async function buy(stripe: StripeServer, shop: Shop, patienceMs: number): Promise<Purchase> {
  const bought: Purchase = { answers: new Set(), credentials: new Set() }
  const endMs = Date.now() + patienceMs
  const agent = Mppx.create({
    polyfill: false,
    fetch: async (_, init) => {
      const headers = new Headers(init?.headers)
      const authorization = headers.get('authorization')
      if (authorization !== null) bought.credentials.add(authorization)
      return repeat(shop, headers, endMs)
    },
    methods: [
      stripeMethod.charge({
        paymentMethod: 'pm_card_visa',
        createToken: ({ amount, currency, networkId = shop.profile, expiresAt }) =>
          mintToken(stripe, { amount, currency, profile: networkId, expiresAt }),
      }),
    ],
  })
  const response = await agent.fetch(`${shop.urls[0]}${shop.path}`).catch(() => undefined)
  if (response) await note(bought, response)
  return bought
}

/** 64 copies of one credential at once. */
export async function buyByCopies(stripe: StripeServer, shop: Shop): Promise<Purchase> {
  const [credential = ''] = await makeCredentials(stripe, shop, 1)
  return sendAll(
    shop,
    Array.from({ length: 64 }, () => credential),
  )
}

/** Two tokens for one challenge at once. */
export async function buyByTwoTokens(stripe: StripeServer, shop: Shop): Promise<Purchase> {
  return sendAll(shop, await makeCredentials(stripe, shop, 2))
}

async function makeCredentials(stripe: StripeServer, shop: Shop, count: number): Promise<string[]> {
  const challenge = await fetch(`${shop.urls[0]}${shop.path}`)
  const made: string[] = []
  while (made.length < count) {
    const token = await mintToken(stripe, { amount: 75, profile: shop.profile })
    made.push(stripeCredential(challenge.clone() as Response, token))
  }
  return made
}

async function sendAll(shop: Shop, credentials: readonly string[]): Promise<Purchase> {
  const bought: Purchase = { answers: new Set(), credentials: new Set(credentials) }
  const endMs = Date.now() + 60_000
  await Promise.all(
    credentials.map(async (authorization) =>
      note(bought, await repeat(shop, new Headers({ authorization }), endMs).catch(() => Response.error())),
    ),
  )
  return bought
}

/** Sends what it has paid with once more, and pays nothing: for an agent without an answer, when the fault is over. */
export async function redeem(shop: Shop, bought: Purchase, patienceMs: number): Promise<void> {
  const endMs = Date.now() + patienceMs
  for (const authorization of bought.credentials) {
    if (bought.answers.size > 0) return
    const answer = await repeat(shop, new Headers({ authorization }), endMs).catch(() => undefined)
    if (answer) await note(bought, answer)
  }
}

async function note(bought: Purchase, response: Response): Promise<void> {
  const body = (await response.json().catch(() => undefined)) as { number?: number } | undefined
  if (response.status === 200 && body?.number !== undefined) bought.answers.add(body.number)
}

/** @throws Error when there is no answer until the end. */
async function repeat({ urls, path }: Shop, headers: Headers, endMs: number): Promise<Response> {
  for (;;) {
    let last: unknown
    for (const url of urls)
      try {
        const answer = await fetch(url + path, { headers, signal: AbortSignal.timeout(requestMs) })
        // Without its address, which may be that of another process of the seller.
        const { status, headers: answered } = answer
        if (status !== 503 || Date.now() > endMs)
          return new Response(await answer.text(), { status, headers: answered })
        last = new Error('503')
        break
      } catch (error) {
        last = error
      }
    if (Date.now() > endMs) throw last
    await sleep(pauseMs)
  }
}
