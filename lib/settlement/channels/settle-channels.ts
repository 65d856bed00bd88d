import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { Escrow, servedNetworks, signerFor, TransportError } from '@/lib/chains'
import {
  findClosing,
  findDue,
  findExposed,
  listSettlementTerms,
  findSettleable,
  applyEditedTerms,
  pauseChannels,
  SettlementTerms,
  postponeChannels,
  rescheduleChannels,
  Schedule,
  type DueChannel,
  type SettleableChannel,
} from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import { submitNow } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { beginChannelBatch, sizeMax } from './begin-channel-batch'
import { excessMaxBase } from './excess-max-base'
import * as ChannelPlan from './ChannelPlan'
import { reconcileChannels } from './reconcile-channels'
import { claimRemotely } from './claim-remotely'
import { findClaimRoute, type ClaimRoute } from '@/lib/remote-facilitators'

/** Delay before the next look at a channel that cannot be settled now. */
const parkMs = 10_000
/** The same delay while its payer waits to withdraw. */
const urgentParkMs = 1_000
/** Longest delay after failed looks, and while a payer waits to withdraw. */
const putOffMs = 60_000
const urgentPutOffMs = 8_000
/**
 * From this long before the payer may withdraw, settlement waits for nothing: it takes whole vouchers, whatever the
 * excess.
 */
const lastCallMs = 5 * 60_000

type Due = DueChannel & { trigger: Schedule.SettlementTrigger; schedule: SettlementTerms.SettlementSchedule }

/**
 * Settles the channels whose schedule is due, and closes those that are idle or whose payer asked for it; requested
 * closes go first. Due channels of one merchant, network, token and payee share a transaction, up to `sizeMax`. The
 * contract is read first: what is already settled is booked and left out. Networks run in parallel, so an unreachable
 * chain delays no other. Starts no batch after `budgetMs` and waits for none: `applyDue` books them. Any number of
 * processes may run it at once.
 * @returns the number of channels handed to execution.
 */
export async function settleChannels(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  await applyEditedTerms(untilMs)
  const moved = await Promise.all(
    channelNetworks().map((network) =>
      settleNetwork(ctx, network, untilMs).catch((error: unknown) => {
        log().warn({ err: error, network }, 'the channels of a network could not be settled yet')
        return 0
      }),
    ),
  )
  return moved.reduce((sum, one) => sum + one, 0)
}

async function settleNetwork(ctx: Ctx, network: Caip2, untilMs: number): Promise<number> {
  let moved = 0
  for (const group of inGroups(await findAllDue(network))) {
    if (performance.now() >= untilMs) break
    try {
      moved += await settleGroup(ctx, group)
    } catch (error) {
      // While the chain is unreachable every other group would fail as well, and none of them is charged with a failed
      // look.
      if (error instanceof TransportError) throw error
      log().warn({ err: error, network, payee: group[0]?.payee }, 'channels could not be settled yet')
      const isUrgent = group[0]?.trigger === 'close_requested'
      await postponeChannels(
        group.map(({ id }) => id),
        isUrgent ? urgentPutOffMs : putOffMs,
      )
    }
  }
  return moved
}

/** Networks whose channels this server can settle. */
export function channelNetworks(): Caip2[] {
  return servedNetworks().filter(
    (network) => Escrow.kindOn(network) !== undefined && signerFor(network, 'settlement') !== undefined,
  )
}

/** Requested closes, then channels due by themselves, then those due because of a merchant's total. */
async function findAllDue(network: Caip2): Promise<Due[]> {
  const candidates = [await findClosing(network), await findDue(network), await findExposed(network)].flat()
  const policies = await listSettlementTerms(candidates.map(({ merchantId }) => merchantId))
  const byMerchant = new Map(policies.filter((one) => one.network === network).map((one) => [one.merchantId, one]))
  const due = new Map<string, Due>()
  const early: string[] = []
  for (const candidate of candidates) {
    const { schedule } = byMerchant.get(candidate.merchantId) ?? SettlementTerms.defaults
    const trigger = Schedule.dueBy(schedule, toFacts(candidate), candidate.now.getTime())
    if (!trigger) early.push(candidate.id)
    else if (!due.has(candidate.id)) due.set(candidate.id, { ...candidate, trigger, schedule })
  }
  await rescheduleChannels(early)
  return [...due.values()]
}

function toFacts(candidate: DueChannel): Schedule.ScheduleFacts {
  return {
    units: candidate.units,
    amountMicros: candidate.amountMicros,
    sinceMs: candidate.sinceAt.getTime(),
    exposureMicros: candidate.exposureMicros,
    lastVoucherMs: candidate.lastVoucherAt.getTime(),
    isCloseRequested: candidate.closeDeadlineAt !== null,
  }
}

/** Groups in the order of each group's most urgent channel. */
function inGroups(due: readonly Due[]): readonly (readonly Due[])[] {
  const groups = new Map<string, Due[]>()
  for (const one of due) {
    // Channels with a deadline never share a transaction with others, which could delay them.
    const key = [one.merchantId, one.network, one.asset, one.payee, one.trigger === 'close_requested'].join('|')
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()].flatMap((group) => {
    const parts = Math.ceil(group.length / sizeMax)
    return Array.from({ length: parts }, (_, at) => group.slice(at * sizeMax, (at + 1) * sizeMax))
  })
}

async function settleGroup(ctx: Ctx, group: readonly Due[]): Promise<number> {
  const [first] = group
  if (!first) return 0
  const ids = group.map(({ id }) => id as Hex)
  await reconcileChannels(ctx, first.network, ids)
  const byId = new Map(group.map((due) => [due.id, due]))
  const plans: ChannelPlan.ChannelPlan[] = []
  const waiting: { channelId: string; reason: string }[] = []
  for (const channel of await findSettleable(ids)) {
    const due = byId.get(channel.id)
    if (!due) continue
    const planned = planOrPark(ctx, channel, due)
    if (planned.kind === 'go') plans.push(planned.plan)
    else waiting.push({ channelId: channel.id, reason: planned.reason })
  }
  await pauseChannels(ctx, waiting, first.trigger === 'close_requested' ? urgentParkMs : parkMs)
  const [claims, closings] = [
    plans.filter(({ kind }) => kind === 'settle'),
    plans.filter(({ kind }) => kind === 'close'),
  ]
  // A payer about to withdraw does not wait for a facilitator's answer.
  const mayWait = claims.length > 0 && first.trigger !== 'close_requested'
  const route = mayWait ? await findClaimRoute(first.merchantId, first.network) : undefined
  if (!route) return settleOurselves(ctx, plans)
  // Runs without being awaited, so that a slow facilitator delays no other group. The channels are excluded from other
  // settlements meanwhile.
  void claimByRoute(ctx, claims, route)
  return claims.length + (await settleOurselves(ctx, closings))
}

async function settleOurselves(ctx: Ctx, plans: readonly ChannelPlan.ChannelPlan[]): Promise<number> {
  const begun = await withTransaction((tx) => beginChannelBatch(tx, ctx, plans))
  if (!begun) return 0
  await submitNow(ctx, begun.transactionId)
  return begun.channelIds.size
}

/** By the route's facilitators; by this server if all of them refuse and the route includes it. */
async function claimByRoute(ctx: Ctx, plans: readonly ChannelPlan.ChannelPlan[], route: ClaimRoute): Promise<void> {
  try {
    const claimed = await claimRemotely(ctx, plans, route)
    if (claimed.kind === 'ours') await settleOurselves(ctx, claimed.plans)
  } catch (error) {
    const [{ channel: { merchantId } } = { channel: { merchantId: undefined } }] = plans
    log().warn({ err: error, merchantId }, 'channels could not be settled by remote facilitators yet')
  }
}

/** A channel whose row cannot be encoded is parked for an operator, and does not block the others. */
function planOrPark(ctx: Ctx, channel: SettleableChannel, due: Due): ChannelPlan.PlanResult {
  try {
    return plan(ctx, channel, due)
  } catch (error) {
    log().error({ err: error, channelId: channel.id }, 'a channel cannot be encoded for its contract')
    return { kind: 'wait', reason: 'The stored data of this channel cannot be encoded for its contract.' }
  }
}

function plan(ctx: Ctx, channel: SettleableChannel, { trigger, schedule }: Due): ChannelPlan.PlanResult {
  const most = excessMaxBase(schedule, channel)
  if (trigger !== 'close_requested' && trigger !== 'idle')
    return ChannelPlan.of(channel, { id: ctx.id(), kind: 'settle', trigger, excessMaxBase: most })
  const closing = ChannelPlan.of(channel, { id: ctx.id(), kind: 'close', trigger, excessMaxBase: null })
  const deadlineMs = channel.closeDeadlineAt?.getTime() ?? Infinity
  if (closing.kind === 'go' || deadlineMs - ctx.now() > lastCallMs) return closing
  return ChannelPlan.of(channel, { id: ctx.id(), kind: 'settle', trigger, excessMaxBase: null })
}
