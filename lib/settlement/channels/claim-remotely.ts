import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { BatchSettlement, Chain, readEscrowEvents, signerFor, type Signer } from '@/lib/chains'
import { startCooldown, extendCooldown, pauseChannels } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import * as ChannelPlan from './ChannelPlan'
import { syncChannels, type SyncedChannel } from './sync-channels'
import { askFacilitator, distrustFacilitator, type ClaimRoute, takeTrial, Codec } from '@/lib/remote-facilitators'
import { payOutNow } from './pay-out-now'
import { expectPayout } from './expect-payout'

export type RemoteClaim =
  /** Every facilitator refused, or none can: this server has to settle these. */
  | { kind: 'ours'; plans: readonly ChannelPlan.ChannelPlan[] }
  /** The chain shows everything that was to be claimed. */
  | { kind: 'claimed'; txHash: Hex }
  /** Not now: every facilitator refused, or the outcome is unknown (`isSent`). The channels come back by themselves. */
  | { kind: 'waiting'; reason: string; isSent: boolean }

/** How many blocks to wait for a claim that a facilitator reported as sent, and the least time. */
const blocksMax = 4
const waitMsMin = 2_000
const pollMsMax = 1_000
/** Delay before the next look at channels that every facilitator refused. */
const parkMs = 60_000

/**
 * Asks the facilitators of a route, in order, to claim and pay out what was spent on channels, and waits for the chain
 * to show it. A claim names the total ever spent, so a duplicate takes nothing twice. Still, the next facilitator is
 * asked only if the one before refused or was not reached. Meanwhile the channels are excluded from other settlements;
 * they come back by themselves if the process dies.
 * @param planned settlements (no closes) of one merchant, network, token and payee, fresh from the chain.
 */
export async function claimRemotely(
  ctx: Ctx,
  planned: readonly ChannelPlan.ChannelPlan[],
  { candidates, local }: ClaimRoute,
): Promise<RemoteClaim> {
  const taken = await startCooldown(idsOf(planned), parkMs)
  const plans = planned.filter(({ channelId }) => taken.has(channelId))
  const [first] = plans
  if (!first) return { kind: 'waiting', reason: 'Another process is settling it.', isSent: false }
  const { network } = first.channel
  let reason = 'No facilitator of the route can be reached.'
  // A claim without an authorizer key fails in our own simulation, with its reason.
  const authorizer = authorizerOf(network, plans)
  for (const { facilitator, state } of authorizer ? candidates : []) {
    if (!authorizer || (state === 'half-open' && !(await takeTrial(facilitator)))) continue
    const before = await syncChannels(ctx, network, idsOf(plans))
    const open = plans.filter((plan) => !isThere(plan, before))
    if (open.length === 0) return { kind: 'waiting', reason: 'Nothing is unsettled.', isSent: false }
    await extendCooldown(idsOf(open), facilitator.timeoutMs + waitMsOf(network))
    await expectPayout(first.channel, facilitator.timeoutMs)
    await note(ctx, 'channel.handed_over', open, () => ({ upstreamId: facilitator.id, reason: facilitator.name }))
    const reported = await requestClaim(facilitator, open, authorizer)
    reason = `${facilitator.name}: ${reported.reason ?? 'it says that it claimed, and the chain does not show it'}`
    if (reported.kind === 'refused') continue
    const found = reported.kind === 'claimed' ? await awaitClaims(ctx, network, open, before.blockNumber) : undefined
    if (!found) {
      if (reported.kind === 'claimed')
        await distrustFacilitator(facilitator.id, 'It says that it claimed, and the chain does not show it.')
      return { kind: 'waiting', reason, isSent: true }
    }
    await note(ctx, 'channel.claimed', open, ({ channelId }) => {
      const txHash = found.get(channelId)
      return { upstreamId: facilitator.id, reason: facilitator.name, ...(txHash && { txHash }) }
    })
    failpoint('before-payout')
    await payOutNow(ctx, first.channel)
    const [txHash] = found.values()
    return txHash ? { kind: 'claimed', txHash } : { kind: 'waiting', reason: 'It is claimed.', isSent: true }
  }
  await extendCooldown(idsOf(plans), 0)
  if (local) return { kind: 'ours', plans }
  await pauseChannels(
    ctx,
    plans.map(({ channelId }) => ({ channelId, reason })),
    parkMs,
  )
  return { kind: 'waiting', reason, isSent: false }
}

function idsOf(plans: readonly ChannelPlan.ChannelPlan[]): Hex[] {
  return plans.map(({ channelId }) => channelId as Hex)
}

/** The facilitator's answer to our claim. */
async function requestClaim(
  facilitator: Parameters<typeof askFacilitator>[0],
  plans: readonly ChannelPlan.ChannelPlan[],
  authorizer: Signer,
): Promise<Codec.ReportedSettlement> {
  const [first] = plans
  if (!first) throw new TypeError('there is nothing to claim')
  const { network } = first.channel
  const claims = ChannelPlan.claimsOf(plans)
  const signature = await authorizer.signDigest(BatchSettlement.claimsDigest(network, claims))
  const body = Codec.toClaims(first.channel, claims, signature)
  const isReadable = (answer: Codec.FacilitatorAnswer) => Codec.readSettle(answer, network).kind !== 'silent'
  failpoint('before-facilitator')
  const reply = await askFacilitator(facilitator, { kind: 'settle', body }, isReadable)
  failpoint('after-facilitator')
  if (reply.kind === 'answered') return Codec.readSettle(reply.answer, network)
  return { kind: reply.kind === 'unsent' ? 'refused' : 'silent', reason: reply.reason }
}

/** The one key of ours that all of these channels name. */
function authorizerOf(network: Caip2, plans: readonly ChannelPlan.ChannelPlan[]): Signer | undefined {
  const [first, ...others] = new Set(ChannelPlan.claimsOf(plans).map(({ config }) => config.receiverAuthorizer))
  return first === undefined || others.length > 0 ? undefined : signerFor(network, 'settlement', first)
}

function isThere({ channelId, captureBase }: ChannelPlan.ChannelPlan, { live }: SyncedChannel): boolean {
  return (live.get(channelId)?.settledBase ?? 0n) >= (captureBase ?? 0n)
}

function waitMsOf(network: Caip2): number {
  return Math.max(waitMsMin, blocksMax * Chain.get(network).blockTimeMs)
}

/**
 * Waits until the chain shows the claims. Returns the transaction of each channel as far as events are found; undefined
 * if the time runs out.
 */
async function awaitClaims(
  ctx: Ctx,
  network: Caip2,
  plans: readonly ChannelPlan.ChannelPlan[],
  sinceBlock: bigint,
): Promise<ReadonlyMap<string, Hex> | undefined> {
  const untilMs = performance.now() + waitMsOf(network)
  let found: Map<string, Hex> | undefined
  for (;;) {
    try {
      const synced = await syncChannels(ctx, network, idsOf(plans))
      if (plans.every((plan) => isThere(plan, synced))) {
        const range = { fromBlock: sinceBlock, toBlock: synced.blockNumber, ids: idsOf(plans) }
        const events = await readEscrowEvents(network, range)
        found = new Map()
        for (const { channelId, captureBase } of plans) {
          const event = events.find(
            (one) => one.name === 'Paid' && one.channelId === channelId && one.settledBase >= (captureBase ?? 0n),
          )
          if (event) found.set(channelId, event.txHash)
        }
        // The node that answers for events may lag behind the one that answers for state.
        if (found.size === plans.length) return found
      }
    } catch (error) {
      log().warn({ err: error, network }, 'channels could not be read after a claim')
    }
    if (performance.now() >= untilMs) return found
    await new Promise((resolve) => setTimeout(resolve, Math.min(pollMsMax, Chain.get(network).blockTimeMs / 4)))
  }
}

async function note(
  ctx: Ctx,
  type: 'channel.handed_over' | 'channel.claimed',
  plans: readonly ChannelPlan.ChannelPlan[],
  dataOf: (plan: ChannelPlan.ChannelPlan) => Record<string, unknown>,
): Promise<void> {
  const events = plans.map((plan): AuditEvent.AuditEvent => {
    const { channelId, channel, captureBase } = plan
    return { type, merchantId: channel.merchantId, channelId, data: { ...dataOf(plan), settledBase: captureBase } }
  })
  await withTransaction((tx) => recordEvents(tx, ctx, events))
}
