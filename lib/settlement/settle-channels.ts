import type { Hex } from 'viem'
import type { Ctx } from '../ctx'
import { log } from '../log'
import { Escrow, servedNetworks, signerFor } from '@/lib/chains'
import {
  findCandidates,
  findPolicies,
  findSettleable,
  parkChannels,
  Policy,
  Schedule,
  type Candidate,
  type Settleable,
} from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import { submitNow } from '@/lib/execution'
import { Amount, type Caip2 } from '@/lib/money'
import { beginChannelBatch, sizeMax } from './begin-channel-batch'
import { decimalsOf, excessMaxBase } from './excess'
import * as Plan from './Plan'
import { reconcileChannels } from './reconcile-channels'
import { claimByUpstream } from './upstream/claim-by-upstream'
import { findClaimRoute, type ClaimRoute } from './upstream/find-claim-route'

/** A channel that cannot be settled now is looked at again after this. */
const parkMs = 10_000
/** The same while its payer waits to withdraw. */
const urgentParkMs = 1_000
/** This long before the payer may withdraw, nothing is waited for any more: whole vouchers are taken, whatever they exceed. */
const lastCallMs = 5 * 60_000

type Due = Candidate & { trigger: Schedule.Trigger; schedule: Policy.Schedule }

/**
 * Settles the channels whose schedule says so, and closes those that are idle or whose payer asked for it; the latter ahead of
 * everything. Due channels of one merchant, network, token and payee go together, up to `sizeMax` in one transaction. What the chain
 * says of them is read first: what is settled already is booked and left out. Starts no new batch after `budgetMs`, and waits
 * for none: `applyDue` books them. Any number of processes may run it at the same time.
 * @returns how many channels were handed to execution.
 */
export async function settleChannels(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  let moved = 0
  for (const group of inGroups(await findDue(ctx.now()))) {
    if (performance.now() >= untilMs) break
    try {
      moved += await settleGroup(ctx, group)
    } catch (error) {
      const [{ network, payee } = { network: undefined, payee: undefined }] = group
      log().warn({ err: error, network, payee }, 'channels could not be settled yet')
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

async function findDue(nowMs: number): Promise<Due[]> {
  const networks = channelNetworks()
  if (networks.length === 0) return []
  const policies = await findPolicies()
  const idleMs = [Policy.defaults, ...policies].map(({ schedule }) => schedule.idleCloseMs ?? Number.MAX_SAFE_INTEGER)
  const candidates = await findCandidates(networks, Math.min(...idleMs))
  return candidates.flatMap((candidate) => {
    const { merchantId, network } = candidate
    const own = policies.find((policy) => policy.merchantId === merchantId && policy.network === network)
    const { schedule } = own ?? Policy.defaults
    const trigger = Schedule.dueBy(schedule, toFacts(candidate), nowMs)
    return trigger ? [{ ...candidate, trigger, schedule }] : []
  })
}

function toFacts(candidate: Candidate): Schedule.Facts {
  const decimals = decimalsOf(candidate)
  return {
    units: candidate.units,
    amountMicros: Amount.baseToMicros(candidate.atRiskBase, decimals),
    sinceMs: candidate.sinceAt.getTime(),
    exposureMicros: Amount.baseToMicros(candidate.exposureBase, decimals),
    lastVoucherMs: candidate.lastVoucherAt.getTime(),
    isCloseRequested: candidate.closeDeadlineAt !== null,
  }
}

/** In the order of the most urgent of each. */
function inGroups(due: readonly Due[]): readonly (readonly Due[])[] {
  const groups = new Map<string, Due[]>()
  for (const one of due) {
    // Who has a deadline shares no transaction with who has not: nothing else may hold it up.
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
  const plans: Plan.Plan[] = []
  const waiting: { channelId: string; reason: string }[] = []
  for (const channel of await findSettleable(ids)) {
    const due = byId.get(channel.id)
    if (!due) continue
    const planned = planOrPark(ctx, channel, due)
    if (planned.kind === 'go') plans.push(planned.plan)
    else waiting.push({ channelId: channel.id, reason: planned.reason })
  }
  await parkChannels(ctx, waiting, first.trigger === 'close_requested' ? urgentParkMs : parkMs)
  const [claims, closings] = [
    plans.filter(({ kind }) => kind === 'settle'),
    plans.filter(({ kind }) => kind === 'close'),
  ]
  // A payer that is about to withdraw waits for nobody else's answer.
  const mayWait = claims.length > 0 && first.trigger !== 'close_requested'
  const route = mayWait ? await findClaimRoute(first.merchantId, first.network) : undefined
  if (!route) return settleOurselves(ctx, plans)
  // Whoever is slow holds nobody else up: they are kept apart until it is over.
  void claimElsewhere(ctx, claims, route)
  return claims.length + (await settleOurselves(ctx, closings))
}

async function settleOurselves(ctx: Ctx, plans: readonly Plan.Plan[]): Promise<number> {
  const begun = await withTransaction((tx) => beginChannelBatch(tx, ctx, plans))
  if (!begun) return 0
  await submitNow(ctx, begun.transactionId)
  return begun.channelIds.size
}

/** By the route's upstreams; by us when all of them refuse and the route says so. */
async function claimElsewhere(ctx: Ctx, plans: readonly Plan.Plan[], route: ClaimRoute): Promise<void> {
  try {
    const claimed = await claimByUpstream(ctx, plans, route)
    if (claimed.kind === 'ours') await settleOurselves(ctx, claimed.plans)
  } catch (error) {
    const [{ channel: { merchantId } } = { channel: { merchantId: undefined } }] = plans
    log().warn({ err: error, merchantId }, 'channels could not be settled elsewhere yet')
  }
}

/** A row that cannot even be encoded waits for a person, and keeps nobody else from being settled. */
function planOrPark(ctx: Ctx, channel: Settleable, due: Due): Plan.Planned {
  try {
    return plan(ctx, channel, due)
  } catch (error) {
    log().error({ err: error, channelId: channel.id }, 'a channel cannot be encoded for its contract')
    return { kind: 'wait', reason: 'What is stored of this channel cannot be encoded for its contract.' }
  }
}

function plan(ctx: Ctx, channel: Settleable, { trigger, schedule }: Due): Plan.Planned {
  const most = excessMaxBase(schedule, channel)
  if (trigger !== 'close_requested' && trigger !== 'idle')
    return Plan.of(channel, { id: ctx.id(), kind: 'settle', trigger, excessMaxBase: most })
  const closing = Plan.of(channel, { id: ctx.id(), kind: 'close', trigger, excessMaxBase: null })
  const deadlineMs = channel.closeDeadlineAt?.getTime() ?? Infinity
  if (closing.kind === 'go' || deadlineMs - ctx.now() > lastCallMs) return closing
  return Plan.of(channel, { id: ctx.id(), kind: 'settle', trigger, excessMaxBase: null })
}
