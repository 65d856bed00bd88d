import { isAddress as isSolanaAddress } from '@solana/kit'
import { Caip, EvmAddress, type Caip2 } from '@/lib/money'

/** How an account or a token is written on its network: the one form in which it is stored and compared. */

/** EVM: 0x and 40 hex digits, of one case or with the checksum of EIP-55. Solana: base58 of 32 bytes. */
export function isValid(network: Caip2, text: string): boolean {
  return Caip.isSolana(network) ? isSolanaAddress(text) : EvmAddress.isValid(text)
}

/**
 * EVM addresses in lower case, Solana's exactly as they are: their case matters.
 * @throws TypeError when it is no address of that network.
 */
export function canonical(network: Caip2, text: string): string {
  if (!isValid(network, text)) throw new TypeError(`"${text}" is not an address of ${network}`)
  return Caip.isSolana(network) ? text : text.toLowerCase()
}

/** What is wrong with a text that is no valid address, to stand behind its name. */
export function faultOf(network: Caip2, text: string): string {
  return (Caip.isSolana(network) ? undefined : EvmAddress.faultOf(text)) ?? `is not an address of ${network}`
}

/** Whether both name the same account of that network. Never throws. */
export function isSame(network: Caip2, one: string, other: string): boolean {
  return Caip.isSolana(network) ? one === other : one.toLowerCase() === other.toLowerCase()
}
