import { isAddress as isSolanaAddress } from '@solana/kit'
import { Caip, type Caip2 } from '@/lib/money'

/** How an account or a token is written on its network: the one form in which it is stored and compared. */

const evmPattern = /^0x[0-9a-fA-F]{40}$/

/** EVM: 0x and 40 hex digits of any case. Solana: base58 of 32 bytes. */
export function isValid(network: Caip2, text: string): boolean {
  return Caip.isSolana(network) ? isSolanaAddress(text) : evmPattern.test(text)
}

/**
 * EVM addresses in lower case, Solana's exactly as they are: their case matters.
 * @throws TypeError when it is no address of that network.
 */
export function canonical(network: Caip2, text: string): string {
  if (!isValid(network, text)) throw new TypeError(`"${text}" is not an address of ${network}`)
  return Caip.isSolana(network) ? text : text.toLowerCase()
}

/** Whether both name the same account of that network. Never throws. */
export function isSame(network: Caip2, one: string, other: string): boolean {
  return Caip.isSolana(network) ? one === other : one.toLowerCase() === other.toLowerCase()
}
