import { AppError } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import type { Protocol } from '@/lib/payments'
import { readIdentifier } from '@/lib/protocols'

/**
 * Returns the id that an agent gave its payment (x402's payment-identifier), unique per merchant forever. A repeat of the
 * same payment is found by its signature before this is called; a different payment with the same id is refused.
 * @throws AppError identifier-malformed if the id is malformed, or missing where the resource requires one.
 */
export function identifierOf(
  { identifierRequired }: Pick<Resource, 'identifierRequired'>,
  credential: Protocol.Credential,
): string | undefined {
  const identifier = readIdentifier(credential)
  if (identifier.kind === 'malformed')
    throw malformed('info.id of the payment-identifier extension must have 16 to 128 letters, digits, - and _.')
  if (identifier.kind === 'none' && identifierRequired && credential.wire === 'x402 v2')
    throw malformed('This resource takes payments with an id only: set info.id of the payment-identifier extension.')
  return identifier.kind === 'given' ? identifier.id : undefined
}

export function identifierUsed(): AppError {
  return new AppError(
    'identifier-used',
    'The payment identifier belongs to another payment: send that one again, or use a new id.',
  )
}

function malformed(sentence: string): AppError {
  return new AppError('identifier-malformed', sentence)
}
