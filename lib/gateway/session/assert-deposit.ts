import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import type { ChannelAmounts } from './ChannelRequest'

/** A channel must be worth its gas to the merchant, and pay for at least what it was opened for. */
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
