import { env } from '../../env'
import { countDeposits, findChannel, type Channel, type ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { findDeposited, openChannel, topUpChannel } from '@/lib/settlement'
import type { PricedRequest } from '../PricedRequest'
import { assertDeposit } from './assert-deposit'
import { NeedsSnapshot } from './needs-snapshot'
import { channelPending } from './channel-pending'
import type { ChannelAmounts } from './ChannelRequest'

/** We pay for the gas of a deposit, so one payer may make a merchant only so many in an hour. */
const depositsMax = 30

export type FundInput = {
  credential: Extract<ChannelProtocol.ChannelCredential, { action: 'deposit' }>
  opening: ChannelProtocol.ChannelOpening
  terms: ChannelProtocol.ChannelTerms
  amounts: ChannelAmounts
}

/**
 * Puts a checked deposit into its channel, which it opens or tops up, and waits for the outcome. The same deposit may come any
 * number of times: it is sent once. Nothing is taken where the voucher that comes with it would not pay for the request anyhow.
 * @returns the hash of the transaction.
 * @throws AppError channel-pending while its outcome is not known; channel-deposit-too-small, channel-rate-limited,
 * session-* and verification-failed where nothing was taken.
 */
export async function fund(pricedRequest: PricedRequest, input: FundInput): Promise<`0x${string}`> {
  const { credential, opening, terms, amounts } = input
  const { merchantId, id: resourceId } = pricedRequest.resource
  const channel = await findChannel(opening.channelId)
  // One payout address may be two merchants': the contract knows the address only, and we whose sale opened it.
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

/** The voucher pays for the request, by what the channel will hold; an agent that lost its state is told, before it deposits. */
function assertCovers(channel: Channel.Channel | undefined, { opening, terms }: FundInput): void {
  const isGone = !channel || channel.status === 'failed' || channel.status === 'opening'
  const { spentBase, acceptedBase } = isGone ? nothing : channel
  // What a closed one had was given back.
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
