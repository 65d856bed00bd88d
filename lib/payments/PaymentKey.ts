import { AppError } from '@/lib/errors'
import { EvmAddress } from '@/lib/money'
import { Filter } from '@/lib/paging'

/**
 * The ways to find a payment again. Its id is random and known only to the agent and the merchant, so it shows what was bought.
 * The agent's own id can be guessed (many count their orders), and hashes and used nonces are public on the chain: they show
 * only the money, which the chain shows anyway, and its outcome.
 */
export type PaymentKey =
  | { kind: 'id'; id: string }
  /** The agent's own id (x402's payment-identifier), once per merchant. */
  | { kind: 'identifier'; merchantSlug: string; identifier: string }
  /** The single-use part of a signature: `eip3009|{network}|{token}|{payer}|{nonce}`. */
  | { kind: 'claim'; claimKey: string }
  /** A transaction, which carries any number of payments; or, with a payer, the nonce that it signed. */
  | { kind: 'chain'; text: string; payer: string | undefined }

/** Whether only the agent and the merchant know the key. */
export function isPrivate({ kind }: PaymentKey): boolean {
  return kind === 'id'
}

const identifierPattern = /^[A-Za-z0-9_-]{16,128}$/
const hashPattern = /^0x[0-9a-fA-F]{64}$/
/** A Solana signature in base58. */
const signaturePattern = /^[1-9A-HJ-NP-Za-km-z]{86,88}$/
const claimMax = 400
/** With 0x; a nonce is longer. */
const addressLength = 42

/**
 * Parses a key: `merchant` makes the text the agent's own id, `payer` narrows a hash or nonce.
 * @throws AppError bad-input, with the field.
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

/** An EVM address in its stored form. */
function lowerCased(field: string, text: string): string {
  const fault = EvmAddress.faultOf(text)
  if (fault) throw wrong(field, `${text.slice(0, 80)} ${fault}.`)
  return text.toLowerCase()
}

function wrong(field: string, message: string): AppError {
  return new AppError('bad-input', message, { fields: [{ field, message }] })
}
