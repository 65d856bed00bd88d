'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { ActionPreview, ActionResult, Kind } from '@/components/channel/channel-actions'
import type { Outcome } from '@/components/outcome'
import { MemberScope } from '@/lib/auth'
import { ChannelFilter, getChannel, type ChannelView } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { closeChannel, previewSettlement, settleChannelNow } from '@/lib/settlement'

/** How long the button waits for the outcome. Background tasks continue after it. */
const waitMs = 15_000

/** Simulates settling or closing a channel against the chain. Changes nothing. */
export async function previewChannelAction(id: string, kind: Kind): Promise<Outcome<ActionPreview>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await findEditable(scope, id)
    const preview = await previewSettlement(ctx, id, kind === 'close' ? 'close' : 'settle')
    if (preview.kind === 'would-not') return { possible: false, reason: preview.reason }
    return {
      possible: true,
      paysBase: preview.paysBase.toString(),
      excessBase: preview.excessBase.toString(),
      refundsBase: preview.refundsBase?.toString() ?? null,
      gas: preview.gas.toString(),
    }
  })
}

/** Settles or closes a channel and waits up to 15 seconds for the outcome. */
export async function runChannelAction(id: string, kind: Kind): Promise<Outcome<ActionResult>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const before = await findEditable(scope, id)
    const ended =
      kind === 'close'
        ? await closeChannel(ctx, { channelId: id, trigger: 'member' }, waitMs)
        : await settleChannelNow(ctx, id, 'member', waitMs)
    revalidatePath('/channels', 'layout')
    switch (ended.kind) {
      case 'failed':
        return { kind: 'failed', reason: ended.reason }
      case 'unknown':
        return { kind: 'unknown', txHash: ended.hash ?? null }
      case 'closed':
      case 'settled': {
        const paid = ended.channel.settledBase - BigInt(before.settledBase)
        return { kind: 'done', paidBase: paid.toString(), txHash: ended.txHash }
      }
    }
  })
}

/** @throws AppError not-found for another merchant's channel, not-allowed for a role that may not settle. */
async function findEditable(scope: MemberScope.MemberScope, id: string): Promise<ChannelView.ChannelDetail> {
  const channel = ChannelFilter.isId(id) ? await getChannel(scope, id) : undefined
  if (!channel) throw new AppError('not-found', 'There is no such channel.')
  MemberScope.assertMay(scope, channel.merchantId, 'settle')
  return channel
}
