import { Address, Chain, chains, labelNetwork, labelToken, servedRails } from '@/lib/chains'
import { sql, type Sql } from '@/lib/db'
import { Amount, Rail, type Caip2 } from '@/lib/money'
import { env } from '../env'
import type { TokenSpend } from './SpendView'

/** A sum of one token, base units. */
export type TokenSum = { network: string; asset: string; base: bigint }

/** Sums as dollars, and apart what stands for none as far as Sluice knows. Exact: every token that is sold for has its decimals. */
export function worthOf(sums: readonly TokenSum[]): { micros: bigint; others: TokenSpend[] } {
  let micros = 0n
  const others = new Map<string, TokenSum>()
  for (const sum of sums) {
    const asset = Chain.findDollar(sum.network as Caip2, sum.asset)
    if (asset) micros += Amount.baseToMicros(sum.base, asset.decimals)
    else if (sum.base > 0n) {
      const key = `${sum.network} ${sum.asset}`
      others.set(key, { ...sum, base: sum.base + (others.get(key)?.base ?? 0n) })
    }
  }
  return { micros, others: [...others.values()].map(toTokenSum) }
}

function toTokenSum({ network, asset, base }: TokenSum): TokenSpend {
  return { network: labelNetwork(network), token: labelToken(network, asset), amountBase: base.toString() }
}

/** The tokens that stand for dollars, as a table (network, asset, unit) of a statement: a dollar is so many base units. */
export function knownTokens(): Sql {
  const networks = new Set([...chains.map(({ network }) => network), ...(Object.keys(env.NETWORKS) as Caip2[])])
  const onChains = [...networks].flatMap((network) =>
    (Chain.find(network)?.assets ?? []).map(({ address, decimals }) => ({
      network,
      asset: Address.canonical(network, address),
      decimals,
    })),
  )
  const onRails = servedRails()
    .flatMap(Rail.assetsOf)
    .filter(({ coin }) => coin === undefined)
    .map(({ network, address: asset, decimals }) => ({ network, asset, decimals }))
  const tokens = [...onChains, ...onRails]
  return sql`unnest(${tokens.map(({ network }) => network)}::text[], ${tokens.map(({ asset }) => asset)}::text[],
    ${tokens.map(({ decimals }) => 10n ** BigInt(decimals))}::numeric[]) AS known(network, asset, unit)`
}
