import { Chain } from '@/lib/chains'
import { Amount } from '@/lib/money'
import type { BudgetedPurchase } from '@/lib/payers'
import type { ChannelRequest } from './ChannelRequest'

export type BudgetedRequest = Pick<ChannelRequest, 'pricedRequest' | 'terms'> & { known: { payer: string } }

/** An amount of a request that a channel pays, as its payer's budgets count it. */
export function toPurchase({ pricedRequest, known, terms }: BudgetedRequest, amountBase: bigint): BudgetedPurchase {
  const decimals = Chain.findAsset(terms.network, terms.asset)?.decimals ?? 6
  return {
    payer: known.payer,
    resourceId: pricedRequest.resource.id,
    micros: Amount.baseToMicros(amountBase, decimals),
  }
}
