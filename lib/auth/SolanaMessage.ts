import type { UncheckedMessage } from './Challenge'

/** Sign-in with a Solana account: the EIP-4361 message in Solana's words, without a chain, because a key has none. */

/** A message that names a wallet as its signer: its shape is checked, nothing is verified. */
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

/** Undefined unless the text follows the format to the letter, so that no text can hide between its lines. */
export function read(text: string): SolanaSignInMessage | undefined {
  const parts = pattern.exec(text)?.groups
  if (!parts) return undefined
  const { domain, address = '', statement, uri, nonce, issuedAt = '', expirationTime = '' } = parts
  const times = { issuedAt: new Date(issuedAt), expirationTime: new Date(expirationTime) }
  return { address, message: { domain, statement, uri, version: '1', nonce, ...times } }
}
