import { askStripe } from './ask-stripe'
import { stripeClient } from './client'
import type { StripeOutcome } from './StripeOutcome'

const pageSize = 100

type BalancePage = { net: bigint; last: string | undefined }

/** What changed the balance of the installation's own account since a time, in a currency. Reads every entry. Cents. */
export async function sumBalanceSince(currency: string, sinceMs: number): Promise<StripeOutcome<bigint>> {
  let [all, after]: [bigint, string | undefined] = [0n, undefined]
  for (;;) {
    const page = await readPage(currency, sinceMs, after)
    if (page.kind !== 'done') return page
    all += page.value.net
    if (page.value.last === undefined) return { kind: 'done', value: all, replayed: false }
    after = page.value.last
  }
}

function readPage(currency: string, sinceMs: number, after: string | undefined): Promise<StripeOutcome<BalancePage>> {
  const created = { gte: Math.floor(sinceMs / 1000) }
  return askStripe(
    () =>
      stripeClient().balanceTransactions.list({
        ...{ currency, created, limit: pageSize },
        ...(after !== undefined && { starting_after: after }),
      }),
    ({ data, has_more: hasMore }) => ({
      net: data.reduce((sum, entry) => sum + BigInt(entry.net), 0n),
      last: hasMore ? data.at(-1)?.id : undefined,
    }),
  )
}
