import { isAddress as isSolanaAddress } from '@solana/kit'
import { Caip, EvmAddress, Rail, type Caip2 } from '@/lib/money'

/** The canonical spelling of an account or a token on its network: the one form that is stored and compared. */

/** Stripe's account that is paid, or the business profile of the installation. */
const stripePayee = /^(acct|profile)_[A-Za-z0-9_]{1,60}$/
/** A Lightning node: its public key, compressed. */
const nodeKey = /^0[23][0-9a-f]{64}$/

/**
 * EVM: 0x and 40 hex digits, of one case or with the checksum of EIP-55. Solana: base58 of 32 bytes. Stripe: an account or a
 * profile. Lightning: the public key of a node.
 */
export function isValid(network: Caip2, text: string): boolean {
  const rail = Rail.kindOf(network)
  if (rail) return (rail === 'stripe' ? stripePayee : nodeKey).test(text)
  return Caip.isSolana(network) ? isSolanaAddress(text) : EvmAddress.isValid(text)
}

/**
 * EVM addresses in lower case; Solana's unchanged, because their case matters.
 * @throws TypeError if it is no address of that network.
 */
export function canonical(network: Caip2, text: string): string {
  if (!isValid(network, text)) throw new TypeError(`"${text}" is not an address of ${network}`)
  return isExact(network) ? text : text.toLowerCase()
}

/** What is wrong with an invalid address, to be appended to its name. */
export function faultOf(network: Caip2, text: string): string {
  const rail = Rail.kindOf(network)
  if (rail === 'stripe') return 'is not a Stripe account, such as acct_1A2b3C, or the profile of this installation'
  if (rail === 'lightning') return 'is not the public key of a Lightning node: 66 hex digits'
  return (Caip.isSolana(network) ? undefined : EvmAddress.faultOf(text)) ?? `is not an address of ${network}`
}

/** True if both name the same account of that network. Never throws. */
export function isSame(network: Caip2, one: string, other: string): boolean {
  return isExact(network) ? one === other : one.toLowerCase() === other.toLowerCase()
}

/** Whether the case of an address matters. */
function isExact(network: Caip2): boolean {
  return Caip.isSolana(network) || Rail.kindOf(network) === 'stripe'
}

/** The canonical form of a typed wallet address of any network; undefined if it is not one. */
export function walletOf(text: string): string | undefined {
  const typed = text.trim()
  const network = (['eip155:1', 'solana:any'] as const).find((kind) => isValid(kind, typed))
  return network && canonical(network, typed)
}
