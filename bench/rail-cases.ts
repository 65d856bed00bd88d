import type { Fault, StripeServer } from '../sandbox/stripe'
import { buy, buyByCopies, buyByTwoTokens, type Purchase, type Shop } from './rail-agent'

/** One fault, and how an agent buys under it. */
export type Case = {
  name: string
  title: string
  /** Where every process of the seller dies once: the first of two. */
  failpoint?: 'before-rail' | 'after-rail' | 'before-rail-commit' | 'after-upstream'
  path?: '/fortune' | '/failing'
  buy(stripe: StripeServer, shop: Shop): Promise<Purchase>
}

/** The calls that move money: the charge, and where a seller holds first, its capture. */
const charge = { method: 'POST', path: '/v1/payment_intents' } as const
const capture = { method: 'POST', path: '/v1/payment_intents/*/capture' } as const

/** Of the agent, while its seller is unwell. */
const patienceMs = 8_000
const usualMs = 30_000
/** Sellers wait two seconds for Stripe. */
export const timeoutMs = 2_000

const under =
  (fault: Fault, ms = usualMs) =>
  async (stripe: StripeServer, shop: Shop): Promise<Purchase> => {
    stripe.faults.add({ ...fault, ...charge })
    stripe.faults.add({ ...fault, ...capture })
    return buy(stripe, shop, ms)
  }
const plainly = (stripe: StripeServer, shop: Shop) => buy(stripe, shop, usualMs)

/** Webhooks of one purchase: held back, then each twice, newest first. */
async function underWebhooks(stripe: StripeServer, shop: Shop): Promise<Purchase> {
  stripe.webhooks.hold()
  const bought = await plainly(stripe, shop)
  stripe.webhooks.tamper({ twice: true })
  await stripe.webhooks.release('reverse')
  await stripe.webhooks.idle()
  stripe.webhooks.untamper()
  return bought
}

export const cases: readonly Case[] = [
  { name: 'none', title: 'no fault', buy: plainly },
  { name: 'lost-once', title: 'reply of the charge lost once', buy: under({ action: 'lose-reply', times: 1 }) },
  { name: 'lost-twice', title: 'lost twice', buy: under({ action: 'lose-reply', times: 2 }) },
  {
    name: 'lost-for-ever',
    title: 'lost for as long as the agent asks',
    buy: under({ action: 'lose-reply' }, patienceMs),
  },
  { name: 'request-lost', title: 'the call itself lost once', buy: under({ action: 'lose-request', times: 1 }) },
  {
    name: 'slow',
    title: 'reply slower than the timeout, once',
    buy: under({ action: 'slow', ms: 2 * timeoutMs, after: true, times: 1 }),
  },
  { name: '409', title: '409, the key is in flight, once', buy: under({ action: 'status', status: 409, times: 1 }) },
  {
    name: '500-charged',
    title: '500 after the charge, stored under the key',
    buy: under({ action: 'status', status: 500, effect: true, stored: true, times: 1 }),
  },
  {
    name: '500-not-charged',
    title: '500 before the charge, stored under the key',
    buy: under({ action: 'status', status: 500, times: 1 }),
  },
  { name: 'upstream', title: 'the upstream fails', path: '/failing', buy: plainly },
  { name: 'copies', title: '64 copies of one credential', buy: buyByCopies },
  { name: 'two-tokens', title: 'two tokens for one challenge', buy: buyByTwoTokens },
  { name: 'kill-before', title: 'killed before the call', failpoint: 'before-rail', buy: plainly },
  { name: 'kill-after', title: 'killed after the call', failpoint: 'after-rail', buy: plainly },
  {
    name: 'kill-commit',
    title: 'killed before it is written down or served',
    failpoint: 'before-rail-commit',
    buy: plainly,
  },
  {
    name: 'kill-upstream',
    title: 'killed between the work and the answer',
    failpoint: 'after-upstream',
    buy: plainly,
  },
  { name: 'webhooks', title: 'webhooks twice, newest first', buy: underWebhooks },
]
