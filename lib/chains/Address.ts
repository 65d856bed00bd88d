import { isAddress as isSolanaAddress } from '@solana/kit'
import { Caip, EvmAddress, type Caip2 } from '@/lib/money'

/** The canonical spelling of an account or a token on its network: the one form that is stored and compared. */

/** EVM: 0x and 40 hex digits, of one case or with the checksum of EIP-55. Solana: base58 of 32 bytes. */
export function isValid(network: Caip2, text: string): boolean {
  return Caip.isSolana(network) ? isSolanaAddress(text) : EvmAddress.isValid(text)
}

/**
 * EVM addresses in lower case; Solana's unchanged, because their case matters.
 * @throws TypeError if it is no address of that network.
 */
export function canonical(network: Caip2, text: string): string {
  if (!isValid(network, text)) throw new TypeError(`"${text}" is not an address of ${network}`)
  return Caip.isSolana(network) ? text : text.toLowerCase()
}

/** What is wrong with an invalid address, to be appended to its name. */
export function faultOf(network: Caip2, text: string): string {
  return (Caip.isSolana(network) ? undefined : EvmAddress.faultOf(text)) ?? `is not an address of ${network}`
}

/** True if both name the same account of that network. Never throws. */
export function isSame(network: Caip2, one: string, other: string): boolean {
  return Caip.isSolana(network) ? one === other : one.toLowerCase() === other.toLowerCase()
}

/** The canonical form of a typed wallet address of any network; undefined if it is not one. */
export function walletOf(text: string): string | undefined {
  const typed = text.trim()
  const network = (['eip155:1', 'solana:any'] as const).find((kind) => isValid(kind, typed))
  return network && canonical(network, typed)
}
