import { Chain } from '@/lib/chains'
import type { SettlementTerms } from '@/lib/channels'
import { Amount, type Caip2 } from '@/lib/money'

type Token = { network: Caip2; asset: string }

/** The most that a settled voucher may exceed what was spent, in base units of the channel's token. */
export function excessMaxBase(
  { excessMaxMicros }: Pick<SettlementTerms.SettlementSchedule, 'excessMaxMicros'>,
  token: Token,
): bigint {
  return Amount.microsToBase(excessMaxMicros, decimalsOf(token))
}

/** @throws TypeError if the registry does not know the token. Then nothing was sold for it. */
function decimalsOf({ network, asset }: Token): number {
  const token = Chain.findAsset(network, asset)
  if (!token) throw new TypeError(`${asset} is no token of ${network} that is sold for`)
  return token.decimals
}
