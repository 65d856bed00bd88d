import type { Asset } from './Asset'
import type { Caip2 } from './Caip'

/**
 * Networks that move money without a blockchain of tokens: Stripe's balance (`stripe:<profile>`) and Bitcoin's Lightning
 * (`bip122:<first 32 hex digits of the genesis hash>`). Rows, filters and exports name them like chains. Pure.
 */
export type RailKind = 'stripe' | 'lightning'

/** Genesis hashes of Bitcoin's networks (BIP 122, CAIP-2), and the prefix of their invoices (BOLT 11). */
export const bitcoinNetworks = {
  mainnet: { network: 'bip122:000000000019d6689c085ae165831e93', prefix: 'lnbc' },
  testnet: { network: 'bip122:000000000933ea01ad0ee984209779ba', prefix: 'lntb' },
  signet: { network: 'bip122:00000008819873e925422c1ff0f99f7c', prefix: 'lntbs' },
  regtest: { network: 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328', prefix: 'lnbcrt' },
} as const satisfies Record<string, { network: Caip2; prefix: string }>
export type BitcoinNetwork = keyof typeof bitcoinNetworks

/** Undefined for a blockchain whose tokens Sluice sells for. */
export function kindOf(network: string): RailKind | undefined {
  if (network.startsWith('stripe:')) return 'stripe'
  return network.startsWith('bip122:') ? 'lightning' : undefined
}

/** The CAIP-2 id of a Stripe business profile. */
export function ofProfile(profile: string): Caip2 {
  return `stripe:${profile}`
}

/** Stripe's business profile, which a Shared Payment Token is bound to. */
export function profileOf(network: Caip2): string {
  return network.slice('stripe:'.length)
}

/** Which Bitcoin network an id names; undefined if Sluice does not know it. */
export function bitcoinOf(network: string): BitcoinNetwork | undefined {
  const names = Object.keys(bitcoinNetworks) as BitcoinNetwork[]
  return names.find((name) => bitcoinNetworks[name].network === network)
}

/** The units of a rail, as tokens: cents of a dollar, and satoshis, which are no dollars. */
export function assetsOf(network: Caip2): readonly Asset[] {
  const kind = kindOf(network)
  if (kind === 'stripe') return [{ network, address: 'usd', symbol: 'USD', decimals: 2 }]
  if (kind === 'lightning') return [{ network, address: 'sat', symbol: 'sat', decimals: 0, coin: 'BTC' }]
  return []
}

export function nameOf(network: string): string | undefined {
  const kind = kindOf(network)
  if (kind === 'stripe') return 'Stripe'
  if (kind !== 'lightning') return undefined
  const bitcoin = bitcoinOf(network)
  return bitcoin === 'mainnet' ? 'Lightning' : `Lightning ${bitcoin ?? 'unknown network'}`
}

const satsPerCoin = 100_000_000n

/**
 * Satoshis for a price, rounded up, at least one.
 * @param rateMicros micro-dollars for one bitcoin.
 */
export function satsFor(priceMicros: bigint, rateMicros: bigint): bigint {
  const sats = (priceMicros * satsPerCoin + rateMicros - 1n) / rateMicros
  return sats > 0n ? sats : 1n
}
