import { AppError } from '@/lib/errors'
import { EvmAddress } from '@/lib/money'
import { Filter } from '@/lib/paging'

/**
 * By what a payment is found again. Our id is random, and known to those who paid and sold: it tells what was bought. The agent's own
 * id of it can be guessed (many count their orders), and hashes, with a settled transfer its nonce too, stand on the chain for
 * everybody to read: they tell no more than the chain does, and what became of the payment.
 */
export type PaymentKey =
  | { kind: 'id'; id: string }
  /** The agent's own id (x402's payment-identifier), once per merchant. */
  | { kind: 'identifier'; merchantSlug: string; identifier: string }
  /** All that a payer signed that can be used once: `eip3009|{network}|{token}|{payer}|{nonce}`. */
  | { kind: 'claim'; claimKey: string }
  /** A transaction that carries any number of payments, or, where the payer is known, the nonce that it signed. */
  | { kind: 'chain'; text: string; payer: string | undefined }

/** Whether a key is known to those only who paid and sold. */
export function isPrivate({ kind }: PaymentKey): boolean {
  return kind === 'id'
}

const identifierPattern = /^[A-Za-z0-9_-]{16,128}$/
const hashPattern = /^0x[0-9a-fA-F]{64}$/
/** A signature of Solana in base58. */
const signaturePattern = /^[1-9A-HJ-NP-Za-km-z]{86,88}$/
const claimMax = 400
/** With 0x; a nonce is longer. */
const addressLength = 42

/**
 * The key that a text is, with what was said beside it: `merchant` makes it the agent's own id, `payer` narrows a hash or nonce.
 * @throws AppError bad-input naming the field.
 */
export function parse(
  text: string,
  { merchant, payer }: { merchant?: string | undefined; payer?: string | undefined },
): PaymentKey {
  if (merchant !== undefined) {
    if (identifierPattern.test(text)) return { kind: 'identifier', merchantSlug: merchant, identifier: text }
    throw wrong('id', 'With merchant, id is the id that you gave the payment: 16 to 128 letters, digits, - and _.')
  }
  if (Filter.isId(text.toLowerCase())) return { kind: 'id', id: text.toLowerCase() }
  if (text.includes('|') && text.length <= claimMax) {
    for (const part of text.split('|'))
      if (part.startsWith('0x') && part.length === addressLength) lowerCased('id', part)
    return { kind: 'claim', claimKey: text }
  }
  const known = payer?.startsWith('0x') ? lowerCased('payer', payer) : payer
  if (hashPattern.test(text)) return { kind: 'chain', text: text.toLowerCase(), payer: known }
  if (signaturePattern.test(text)) return { kind: 'chain', text, payer: known }
  if (identifierPattern.test(text))
    throw wrong('merchant', 'An id that you gave the payment is one per merchant: say which, as merchant.')
  throw wrong(
    'id',
    'This is no id of a payment, no transaction hash, no nonce, no claim (eip3009|network|token|payer|nonce) and no id of your own.',
  )
}

/** An address of an EVM chain, as it is stored. */
function lowerCased(field: string, text: string): string {
  const fault = EvmAddress.faultOf(text)
  if (fault) throw wrong(field, `${text.slice(0, 80)} ${fault}.`)
  return text.toLowerCase()
}

function wrong(field: string, message: string): AppError {
  return new AppError('bad-input', message, { fields: [{ field, message }] })
}
