import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import * as Intent from './Intent'
import type { StripeOutcome } from './StripeOutcome'

const pageSize = 100
/** Clocks differ by less than this. */
const slackSeconds = 120

/**
 * Looks for the intent of a payment among those of its time. Lists them, because Stripe's search by metadata is a minute late.
 * `done` with undefined: there is none.
 */
export async function findIntent(
  paymentId: string,
  aroundMs: number,
): Promise<StripeOutcome<Intent.Intent | undefined>> {
  const around = Math.floor(aroundMs / 1000)
  const created = { gte: around - slackSeconds, lte: around + 24 * 60 * 60 }
  let after: string | undefined
  for (;;) {
    const page = await askStripe(
      () =>
        stripeClient().paymentIntents.list({
          created,
          limit: pageSize,
          expand: Intent.expand.map((member) => `data.${member}`),
          ...(after !== undefined && { starting_after: after }),
        }),
      ({ data, has_more: hasMore }) => ({ intents: data.map(Intent.from), hasMore }),
    )
    if (page.kind !== 'done') return page
    const { intents, hasMore } = page.value
    const found = intents.find(({ metadata }) => metadata.sluice_payment_id === paymentId)
    const last = intents.at(-1)
    if (found || !hasMore || !last) return { kind: 'done', value: found, replayed: false }
    after = last.id
  }
}
