import { acceptVoucher, type CreditReservation } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { NeedsSnapshot } from './needs-snapshot'
import { withinBudget } from './within-budget'
import { toCreditRequest, type ChannelRequest } from './ChannelRequest'

/**
 * Accepts the session's voucher and reserves an amount of its channel's credit.
 * @throws AppError session-* and channel-* for every reason not to serve the request, budget-exceeded; nothing is reserved then.
 */
export async function holdCredit(session: ChannelRequest, amountBase: bigint): Promise<CreditReservation> {
  return withinBudget(session, amountBase, async () => {
    const reserved = await acceptVoucher(toCreditRequest(session, amountBase))
    if (reserved.verdict !== 'granted') throw refusal(session, reserved, amountBase)
    return reserved
  })
}

/** The error for a refused credit request: its reason, and what would help. */
export function refusal(session: ChannelRequest, reserved: CreditReservation, amountBase: bigint): AppError {
  const { id: channelId } = session.known
  const { acceptedBase, spentBase, reservedBase, depositBase } = reserved
  switch (reserved.verdict) {
    case 'not-found':
      return new AppError('session-channel-not-found', 'This channel is not open here.', { extra: { channelId } })
    case 'finalized':
      return new AppError('session-channel-finalized', 'This channel is closed, or is being closed.', {
        extra: { channelId },
      })
    case 'exceeds-deposit':
      return new NeedsSnapshot(
        'session-amount-exceeds-deposit',
        `The channel holds ${depositBase} base units.`,
        { channelId, deposit: depositBase.toString() },
        spentBase + reservedBase + amountBase,
      )
    case 'not-increasing':
      return new NeedsSnapshot(
        'verification-failed',
        `The voucher's cumulativeAmount must not be below the highest one that was accepted, ${acceptedBase}.`,
        { channelId, acceptedCumulative: acceptedBase.toString() },
        spentBase + reservedBase + amountBase,
      )
    case 'delta-too-small':
      return new AppError(
        'session-delta-too-small',
        `A voucher has to add at least ${session.amounts.minDeltaBase} base units to ${acceptedBase}.`,
        { extra: { channelId, minVoucherDelta: session.amounts.minDeltaBase.toString() } },
      )
    case 'rate-limited':
      return new AppError(
        'channel-rate-limited',
        `This channel sends more than the ${session.amounts.limits.vouchersPerSecond} vouchers a second that the merchant takes.`,
      )
    case 'limit-reached':
      return new AppError(
        'channel-limit-reached',
        `Too much is spent beyond what is settled on chain: the merchant allows ${limitsOf(session.amounts)}.`,
      )
    default: {
      if (isBusy(session, reserved, amountBase))
        return new AppError('channel-busy', 'This voucher’s credit is being spent by another request.', {
          headers: { 'Retry-After': '1' },
          extra: { channelId },
        })
      const requiredBase = spentBase + reservedBase + amountBase
      return new NeedsSnapshot(
        'session-insufficient-balance',
        `The request needs a voucher of at least ${requiredBase} base units, and ${acceptedBase} are authorised.`,
        {
          channelId,
          // draft-tempo-session, per-request processing: cost − available.
          requiredTopUp: (requiredBase - acceptedBase).toString(),
          requiredCumulative: requiredBase.toString(),
          acceptedCumulative: acceptedBase.toString(),
          deposit: depositBase.toString(),
        },
        requiredBase,
      )
    }
  }
}

/** For example "2000 base units to a channel and 5000 to a payer". */
function limitsOf({ channelMaxBase, payerMaxBase }: ChannelRequest['amounts']): string {
  const named = [
    ...(channelMaxBase === null ? [] : [`${channelMaxBase} base units to a channel`]),
    ...(payerMaxBase === null ? [] : [`${payerMaxBase} base units to all channels of a payer`]),
  ]
  return named.join(' and ')
}

/**
 * True if the voucher would be enough once the running requests are done. x402's vouchers build on each other, so this
 * one is early, not too low.
 */
function isBusy(
  { by, voucher }: ChannelRequest,
  { spentBase, reservedBase }: CreditReservation,
  amountBase: bigint,
): boolean {
  if (by.managesByRequest || reservedBase === 0n || !voucher) return false
  return voucher.cumulativeBase >= spentBase + amountBase
}
