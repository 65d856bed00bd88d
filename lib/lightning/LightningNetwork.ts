import type { Caip } from '@/lib/money'

/** The Bitcoin networks that have Lightning: their CAIP-2 ids (first 32 digits of the genesis hash), and the prefix of their invoices. */

export const names = ['mainnet', 'testnet', 'signet', 'regtest'] as const

/** As settings and MPP's `methodDetails.network` write it. */
export type LightningNetworkName = (typeof names)[number]

const known: Record<LightningNetworkName, { id: Caip.Caip2; prefix: string }> = {
  mainnet: { id: 'bip122:000000000019d6689c085ae165831e93', prefix: 'lnbc' },
  testnet: { id: 'bip122:000000000933ea01ad0ee984209779ba', prefix: 'lntb' },
  signet: { id: 'bip122:00000008819873e925422c1ff0f99f7c', prefix: 'lntbs' },
  regtest: { id: 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328', prefix: 'lnbcrt' },
}

export function idOf(name: LightningNetworkName): Caip.Caip2 {
  return known[name].id
}

/** The name of a network by its CAIP-2 id; undefined where there is no Lightning. */
export function nameOf(id: string): LightningNetworkName | undefined {
  return names.find((name) => known[name].id === id)
}

/** The network whose invoices begin with this, such as `lnbcrt`. */
export function ofPrefix(prefix: string): LightningNetworkName | undefined {
  return names.find((name) => known[name].prefix === prefix)
}

/** Whether a CAIP-2 network is a Bitcoin one. */
export function isLightning(network: string): network is `bip122:${string}` {
  return nameOf(network) !== undefined
}
