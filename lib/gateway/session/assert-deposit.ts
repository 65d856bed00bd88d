import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import type { ChannelAmounts } from './ChannelRequest'

/**
 * Checks that a deposit is worth the merchant's gas, and covers the price that the channel was opened for.
 * @throws AppError channel-deposit-too-small
 */
export function assertDeposit(
  { depositBase }: ChannelProtocol.ChannelOpening,
  { priceBase }: ChannelProtocol.ChannelTerms,
  { minDepositBase }: ChannelAmounts,
): void {
  const neededBase = priceBase > minDepositBase ? priceBase : minDepositBase
  if (depositBase >= neededBase) return
  throw new AppError(
    'channel-deposit-too-small',
    `The transaction deposits ${depositBase} base units, and at least ${neededBase} are needed.`,
    { extra: { minDeposit: neededBase.toString() } },
  )
}
