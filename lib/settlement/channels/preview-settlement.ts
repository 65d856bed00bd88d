import type { Ctx } from '../../ctx'
import { estimateCall } from '@/lib/chains'
import { findSettlementTerms, findSettleable } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { excessMaxBase } from './excess-max-base'
import * as ChannelPlan from './ChannelPlan'

/** What settling or closing a channel would do now, in base units of its token. */
export type SettlementPreview =
  | {
      kind: 'would'
      cumulativeBase: bigint
      /** What the payee gets. */
      paysBase: bigint
      /** What is taken beyond the spent amount: the agent keeps it as credit. */
      excessBase: bigint
      /** What the payer gets back; only for a close. */
      refundsBase: bigint | null
      /** Gas of the call alone. */
      gas: bigint
    }
  /** Why it would not work, as a sentence. */
  | { kind: 'would-not'; reason: string }

/**
 * Simulates a settlement or a close of a channel on the newest block, from our signer. Changes nothing.
 * @throws AppError unavailable when the chain cannot be read.
 */
export async function previewSettlement(
  ctx: Ctx,
  channelId: string,
  kind: 'settle' | 'close',
): Promise<SettlementPreview> {
  const [channel] = await findSettleable([channelId])
  if (!channel) return { kind: 'would-not', reason: 'It is not open, or a settlement is under way.' }
  const { schedule } = await findSettlementTerms(channel.merchantId, channel.network)
  const planInput = { id: ctx.id(), kind, trigger: 'member' as const, excessMaxBase: excessMaxBase(schedule, channel) }
  const planned = ChannelPlan.of(channel, planInput)
  if (planned.kind === 'wait') return { kind: 'would-not', reason: planned.reason }
  const { cumulativeBase, captureBase, paysBase, call } = planned.plan
  const estimate = await estimateCall(channel.network, channel.operator, call).catch((cause: unknown) => {
    throw new AppError('unavailable', `${channel.network} cannot be read at the moment. Nothing was changed.`, {
      cause,
    })
  })
  if ('refusal' in estimate) return { kind: 'would-not', reason: `The contract would refuse it: ${estimate.refusal}.` }
  const takenBase = captureBase ?? cumulativeBase
  return {
    kind: 'would',
    cumulativeBase,
    paysBase,
    excessBase: takenBase > channel.spentBase ? takenBase - channel.spentBase : 0n,
    refundsBase: kind === 'close' ? channel.depositBase - takenBase : null,
    gas: estimate.gas,
  }
}
