import { findPayouts, type Resource } from '@/lib/merchants'
import type { Quote } from '@/lib/pricing'
import { openQuote } from '@/lib/protocols'

/**
 * Opens the quote in a credential's token, with the payout addresses of the revision that made it. Undefined if this
 * installation did not seal it for this resource. Reads the database only after an edit, once per revision.
 */
export async function findQuote(
  resource: Pick<Resource, 'id' | 'revision' | 'payouts'>,
  token: string | undefined,
): Promise<Quote.Quote | undefined> {
  const sealed = openQuote(token, resource.id)
  const payouts = sealed && (await findPayouts(resource, sealed.revision))
  return sealed && payouts && { ...sealed, payouts }
}
