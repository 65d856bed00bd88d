import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { recordEvents, type Event } from '@/lib/audit'
import { BatchSettlement, Chain, readEscrowEvents, signerFor, type Signer } from '@/lib/chains'
import { keepApart, parkChannels } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import * as Plan from '../Plan'
import { syncChannels } from '../sync-channels'
import { askUpstream, distrust } from './ask-upstream'
import type { ClaimRoute } from './find-claim-route'
import { takeTrial } from './find-route'
import { expectPayout, payOutNow } from './pay-out'
import * as Wire from './Wire'

export type Claimed =
  /** Nobody else was asked, or everybody refused: they are to be settled by us. */
  | { kind: 'ours' }
  /** The chain shows all that was to be claimed. */
  | { kind: 'claimed'; txHash: Hex }
  /** Not now: nobody took them, or what came of it is not known yet (`isSent`). They come back by themselves. */
  | { kind: 'waiting'; reason: string; isSent: boolean }

/** A claim that an upstream says to have sent is waited for so many blocks, and this long at least. */
const blocksMax = 4
const waitMsMin = 2_000
const pollMsMax = 1_000
/** Channels that nobody took are looked at again after this. */
const parkMs = 10_000

/**
 * Has what was spent of channels claimed and paid out by the upstreams of a route, in order, and waits for the chain to show it. A
 * claim names the total that was spent ever, so one that is sent twice takes nothing twice; still the next one is asked only when the
 * one before it refused, or was not reached. The channels are kept apart meanwhile, and come back by themselves when the process dies.
 * @param plans settlements (no closings) of one merchant, network, token and payee, fresh from the chain.
 */
export async function claimByUpstream(
  ctx: Ctx,
  plans: readonly [Plan.Plan, ...Plan.Plan[]],
  { candidates, local }: ClaimRoute,
): Promise<Claimed> {
  const [{ channel }] = plans
  const { merchantId, network, payee, asset } = channel
  const claims = Plan.claimsOf(plans)
  const authorizer = authorizerOf(network, claims)
  // Ours says in its simulation what is wrong with them.
  if (!authorizer) return { kind: 'ours' }
  const ids = plans.map(({ channelId }) => channelId as Hex)
  const longestMs = candidates.reduce((sum, { upstream }) => sum + upstream.timeoutMs, parkMs)
  const taken = await keepApart(ids, longestMs)
  if (taken.size < ids.length)
    return { kind: 'waiting', reason: 'Somebody else settles it at this moment.', isSent: false }
  const body = Wire.toClaims(
    { network, payee, asset },
    claims,
    await authorizer.signDigest(BatchSettlement.claimsDigest(network, claims)),
  )
  let reason = 'No facilitator of the route can be reached.'
  for (const { upstream, state } of candidates) {
    if (state === 'half-open' && !(await takeTrial(upstream))) continue
    await expectPayout({ merchantId, network, payee, asset }, upstream.timeoutMs)
    await note(ctx, plans, 'channel.handed_over', { upstreamId: upstream.id, reason: upstream.name })
    const { blockNumber } = await syncChannels(ctx, network, ids)
    const asked = await askUpstream(upstream, { kind: 'settle', body }, (answer) =>
      isReadable(Wire.readSettle(answer, network)),
    )
    const told: Wire.Told =
      asked.kind === 'answered'
        ? Wire.readSettle(asked.answer, network)
        : { kind: asked.kind === 'unsent' ? 'refused' : 'silent', reason: asked.reason }
    reason = `${upstream.name}: ${told.reason ?? 'it says that it claimed, and the chain does not show it'}`
    if (told.kind === 'refused') continue
    const txHash = told.kind === 'claimed' ? await awaitClaims(ctx, network, plans, blockNumber) : undefined
    if (txHash === undefined) {
      if (told.kind === 'claimed')
        await distrust(upstream.id, 'It says that it claimed, and the chain does not show it.')
      return { kind: 'waiting', reason, isSent: true }
    }
    await note(ctx, plans, 'channel.claimed', {
      upstreamId: upstream.id,
      txHash,
      reason: upstream.name,
    })
    await payOutNow(ctx, { merchantId, network, payee, asset })
    return { kind: 'claimed', txHash }
  }
  if (local) return { kind: 'ours' }
  await parkChannels(
    ctx,
    ids.map((channelId) => ({ channelId, reason })),
    parkMs,
  )
  return { kind: 'waiting', reason, isSent: false }
}

function isReadable(told: Wire.Told): boolean {
  return told.kind !== 'silent'
}

/** The one key of ours that all these channels name. */
function authorizerOf(network: Caip2, claims: readonly BatchSettlement.Claim[]): Signer | undefined {
  const [first, ...others] = new Set(claims.map(({ config }) => config.receiverAuthorizer))
  return first === undefined || others.length > 0 ? undefined : signerFor(network, 'settlement', first)
}

/** The transaction by which the chain came to say what was to be claimed; undefined when it does not in time. */
async function awaitClaims(
  ctx: Ctx,
  network: Caip2,
  plans: readonly Plan.Plan[],
  sinceBlock: bigint,
): Promise<Hex | undefined> {
  const { blockTimeMs } = Chain.get(network)
  const untilMs = performance.now() + Math.max(waitMsMin, blocksMax * blockTimeMs)
  const ids = plans.map(({ channelId }) => channelId as Hex)
  for (;;) {
    try {
      const { live, blockNumber } = await syncChannels(ctx, network, ids)
      const isThere = ({ channelId, captureBase }: Plan.Plan) =>
        (live.get(channelId)?.settledBase ?? 0n) >= (captureBase ?? 0n)
      if (plans.every(isThere)) {
        const events = await readEscrowEvents(network, { fromBlock: sinceBlock, toBlock: blockNumber, ids })
        return events.findLast(({ name }) => name === 'Paid')?.txHash
      }
    } catch (error) {
      log().warn({ err: error, network }, 'channels could not be read after a claim')
    }
    if (performance.now() >= untilMs) return undefined
    await new Promise((resolve) => setTimeout(resolve, Math.min(pollMsMax, blockTimeMs / 4)))
  }
}

async function note(
  ctx: Ctx,
  plans: readonly Plan.Plan[],
  type: 'channel.handed_over' | 'channel.claimed',
  data: Record<string, unknown>,
): Promise<void> {
  const events = plans.map(({ channelId, channel: { merchantId }, captureBase }): Event.Event => ({
    type,
    merchantId,
    channelId,
    data: { ...data, settledBase: captureBase },
  }))
  await withTransaction((tx) => recordEvents(tx, ctx, events))
}
