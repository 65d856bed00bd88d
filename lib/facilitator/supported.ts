import { addressesFor, Chain, servedNetworks } from '@/lib/chains'
import { facilitation, type FacilitatedKind } from '@/lib/protocols'
import { isRouted } from '@/lib/remote-facilitators'
import type { Caller } from './Caller'

/** x402's answer to GET /supported. */
export type SupportedKinds = {
  kinds: readonly FacilitatedKind[]
  extensions: readonly string[]
  /** Addresses that sign settlements, by namespace of networks. */
  signers: Readonly<Record<string, readonly string[]>>
}

/** The kinds that a party of the merchant's routes would settle now. */
async function taken(merchantId: string, kinds: readonly FacilitatedKind[]): Promise<readonly FacilitatedKind[]> {
  const networks = servedNetworks()
  const checked = await Promise.all(
    kinds.map(async (kind) => {
      const network = networks.find((one) => one === kind.network || Chain.get(one).v1Name === kind.network)
      return network && (await isRouted(merchantId, network, kind.scheme)) ? kind : undefined
    }),
  )
  return checked.flatMap((kind) => kind ?? [])
}

/** The answer for this caller. Reads only. */
export async function supported({ limits, merchantId }: Caller): Promise<SupportedKinds> {
  const allowed = servedNetworks().filter(
    (network) => limits.networks.length === 0 || limits.networks.includes(network),
  )
  const kinds = await taken(merchantId, facilitation.kinds(allowed))
  const signers: Record<string, Set<string>> = {}
  for (const network of allowed) {
    const family = `${network.split(':')[0]}:*`
    for (const address of addressesFor(network, 'settlement')) (signers[family] ??= new Set()).add(address)
  }
  return {
    kinds,
    extensions: facilitation.extensions,
    signers: Object.fromEntries(Object.entries(signers).map(([family, addresses]) => [family, [...addresses]])),
  }
}
