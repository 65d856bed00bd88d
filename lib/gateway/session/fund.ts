import { env } from '../../env'
import { countDeposits, findChannel, type Channel, type ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { findDeposited, openChannel, topUpChannel } from '@/lib/settlement'
import type { PricedRequest } from '../PricedRequest'
import { assertDeposit } from './assert-deposit'
import { NeedsSnapshot } from './needs-snapshot'
import { channelPending } from './channel-pending'
import type { ChannelAmounts } from './ChannelRequest'

/** Deposits of one payer to one merchant per hour. This server pays the gas of each. */
const depositsMax = 30

export type FundInput = {
  credential: Extract<ChannelProtocol.ChannelCredential, { action: 'deposit' }>
  opening: ChannelProtocol.ChannelOpening
  terms: ChannelProtocol.ChannelTerms
  amounts: ChannelAmounts
}

/**
 * Sends a checked deposit, which opens or tops up its channel, and waits for the outcome. Idempotent: a repeated deposit
 * is sent once. The deposit is refused if the voucher with it would not pay for the request.
 * @returns the hash of the transaction.
 * @throws AppError channel-pending while the outcome is not known; channel-deposit-too-small, channel-rate-limited,
 *   session-* and verification-failed if nothing was taken.
 */
export async function fund(pricedRequest: PricedRequest, input: FundInput): Promise<`0x${string}`> {
  const { credential, opening, terms, amounts } = input
  const { merchantId, id: resourceId } = pricedRequest.resource
  const channel = await findChannel(opening.channelId)
  // Two merchants may share a payout address. The contract knows only the address; this row knows which merchant's
  // resource opened the channel.
  if (channel && channel.merchantId !== merchantId)
    throw new AppError('session-channel-not-found', 'This channel was opened with another seller: use another salt.', {
      extra: { channelId: opening.channelId },
    })
  if ((await findDeposited(credential.hash)) === undefined) {
    assertDeposit(opening, terms, amounts)
    assertCovers(channel, input)
    await assertPace(merchantId, opening.descriptor.payer)
  }
  const isOpening = !channel || channel.status === 'failed' || channel.openingKey === credential.hash
  if (channel?.status === 'opening' && !isOpening) throw channelPending(undefined)
  const { network, escrow, asset, payee, operator } = terms
  const { transaction, depositBase: addedBase, channelId } = opening
  const { protocol, wire } = credential
  const done = isOpening
    ? await openChannel(
        pricedRequest.ctx,
        { merchantId, resourceId, protocol, wire, network, escrow, asset, payee, operator, opening },
        env.SETTLE_DEADLINE_MS,
      )
    : await topUpChannel(pricedRequest.ctx, { channelId, addedBase, transaction }, env.SETTLE_DEADLINE_MS)
  if (done.kind === 'failed') throw new AppError('verification-failed', `The deposit was not taken: ${done.reason}`)
  if (done.kind === 'unknown') throw channelPending(done.hash)
  return done.txHash
}

/**
 * Checks that the voucher will pay for the request. An agent that lost its channel state gets it before it deposits.
 * @throws NeedsSnapshot
 */
function assertCovers(channel: Channel.Channel | undefined, { opening, terms }: FundInput): void {
  const isGone = !channel || channel.status === 'failed' || channel.status === 'opening'
  const { spentBase, acceptedBase } = isGone ? nothing : channel
  // The rest of a closed channel was refunded.
  const depositBase = isGone ? 0n : channel.status === 'closed' ? channel.settledBase : channel.depositBase
  const { cumulativeBase, channelId } = opening
  const requiredBase = spentBase + terms.priceBase
  if (cumulativeBase < requiredBase)
    throw new NeedsSnapshot(
      'session-insufficient-balance',
      `The request needs a voucher of at least ${requiredBase} base units.`,
      { channelId, requiredCumulative: requiredBase.toString(), acceptedCumulative: acceptedBase.toString() },
      requiredBase,
    )
  const heldBase = depositBase + opening.depositBase
  if (cumulativeBase > heldBase)
    throw new NeedsSnapshot(
      'session-amount-exceeds-deposit',
      `The voucher is above the ${heldBase} base units that the channel would hold.`,
      { channelId, deposit: depositBase.toString() },
      requiredBase,
    )
}

const nothing = { spentBase: 0n, acceptedBase: 0n }

async function assertPace(merchantId: string, payer: string): Promise<void> {
  if ((await countDeposits(merchantId, payer)) < depositsMax) return
  throw new AppError(
    'channel-rate-limited',
    `This payer made ${depositsMax} deposits within the hour, which is the limit. Deposit more at once.`,
    {
      headers: { 'Retry-After': '600' },
    },
  )
}
