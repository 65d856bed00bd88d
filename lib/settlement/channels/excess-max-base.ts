import { Chain } from '@/lib/chains'
import type { SettlementTerms } from '@/lib/channels'
import { Amount, type Caip2 } from '@/lib/money'

type Token = { network: Caip2; asset: string }

/** Most that a voucher may exceed what was spent when it is settled, in base units of the channel's token. */
export function excessMaxBase(
  { excessMaxMicros }: Pick<SettlementTerms.SettlementSchedule, 'excessMaxMicros'>,
  token: Token,
): bigint {
  return Amount.microsToBase(excessMaxMicros, decimalsOf(token))
}

/** @throws TypeError when it is no token of the registry: then nothing was sold for it. */
function decimalsOf({ network, asset }: Token): number {
  const token = Chain.findAsset(network, asset)
  if (!token) throw new TypeError(`${asset} is no token of ${network} that is sold for`)
  return token.decimals
}
