import type { Domains } from '@/components/playground/buy'
import { chains } from '@/lib/chains'

/** The EIP-712 domain of the token on sale on each network, in which wallets sign. */
export function tokenDomains(): Domains {
  return Object.fromEntries(
    chains.flatMap(({ network, assets }) => {
      const eip712 = assets.find((asset) => asset.eip712)?.eip712
      return eip712 ? [[network, { ...eip712 }]] : []
    }),
  )
}
