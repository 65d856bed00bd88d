import type { UncheckedMessage } from './Challenge'

/** Sign-in with a Solana account: the message of EIP-4361 in Solana's words, and without a chain, because a key has none. */

/** A message that some wallet is said to have signed: shape checked, nothing believed. */
export type SolanaSignInMessage = { address: string; message: Omit<UncheckedMessage, 'chainId'> }

const pattern = new RegExp(
  [
    '^(?<domain>[^\\s]{1,255}) wants you to sign in with your Solana account:',
    '(?<address>[1-9A-HJ-NP-Za-km-z]{32,44})',
    '',
    '(?<statement>[^\\n]{1,255})',
    '',
    'URI: (?<uri>[^\\s]{1,1024})',
    'Version: (?<version>1)',
    'Nonce: (?<nonce>[0-9a-f]{64})',
    'Issued At: (?<issuedAt>[0-9TZ:.-]{20,30})',
    'Expiration Time: (?<expirationTime>[0-9TZ:.-]{20,30})$',
  ].join('\\n'),
)

/** Undefined when the text is no such message: it must be written to the letter, so that nothing can stand between its lines. */
export function read(text: string): SolanaSignInMessage | undefined {
  const parts = pattern.exec(text)?.groups
  if (!parts) return undefined
  const { domain, address = '', statement, uri, nonce, issuedAt = '', expirationTime = '' } = parts
  const times = { issuedAt: new Date(issuedAt), expirationTime: new Date(expirationTime) }
  return { address, message: { domain, statement, uri, version: '1', nonce, ...times } }
}
