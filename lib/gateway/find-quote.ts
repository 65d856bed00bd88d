import { findPayouts, type Resource } from '@/lib/merchants'
import type { Quote } from '@/lib/pricing'
import { openQuote } from '@/lib/protocols'

/**
 * The quote of a resource in a credential's token, whole: the money goes where the revision said by which it was made. Undefined
 * when this installation sealed no such quote for this resource. Asks the database only after an edit, and once.
 */
export async function findQuote(
  resource: Pick<Resource, 'id' | 'revision' | 'payouts'>,
  token: string | undefined,
): Promise<Quote.Quote | undefined> {
  const sealed = openQuote(token, resource.id)
  const payouts = sealed && (await findPayouts(resource, sealed.revision))
  return sealed && payouts && { ...sealed, payouts }
}
