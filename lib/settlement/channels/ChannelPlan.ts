import type { Hex } from 'viem'
import { BatchSettlement, Escrow, Reserve, type Call, type CallMember } from '@/lib/chains'
import { Channel, type ChannelShare, type Schedule, type SettleableChannel, type ChosenVoucher } from '@/lib/channels'

/** One channel's part of a settlement transaction. Pure. */
export type ChannelPlan = ChannelShare & {
  channel: SettleableChannel
  /** The call that settles this channel alone. */
  call: CallMember
  /** What the payee receives, base units. */
  paysBase: bigint
}

/** Or the reason why nothing can be settled now, for the merchant. */
export type PlanResult = { kind: 'go'; plan: ChannelPlan } | { kind: 'wait'; reason: string }

export type PlanInput = {
  /** Id of the settlement's row. */
  id: string
  kind: 'settle' | 'close'
  trigger: Schedule.SettlementTrigger
  /** How far a voucher may exceed what was spent, base units; null for no limit, because this is the last chance. */
  excessMaxBase: bigint | null
  /** Close only: what the payer wants back; everything if absent. */
  refundBase?: bigint | undefined
}

export function of(channel: SettleableChannel, input: PlanInput): PlanResult {
  if (input.kind === 'close') return close(channel, input)
  return Escrow.isBatchSettlement(channel.escrow) ? claim(channel, input) : settle(channel, input)
}

/**
 * The reserve pays a voucher whole, so the voucher closest to the spent amount is used: the smallest that covers it if
 * it stays within the agreed excess, else the largest below it.
 */
function settle(channel: SettleableChannel, { id, trigger, excessMaxBase }: PlanInput): PlanResult {
  const { settledBase, spentBase, above, below, acceptedBase } = channel
  if (Channel.atRiskBase(channel) === 0n) return { kind: 'wait', reason: 'Nothing is unsettled.' }
  const isWithin = above && (excessMaxBase === null || above.cumulativeBase - spentBase <= excessMaxBase)
  const shown = isWithin ? above : below
  if (!shown)
    return {
      kind: 'wait',
      reason:
        `Its voucher is for ${acceptedBase} base units and ${spentBase} were spent: the contract would pay out more than the ` +
        'schedule allows. It waits for more spending or its close.',
    }
  const { cumulativeBase } = shown
  return go(
    { id, trigger, kind: 'settle', cumulativeBase, captureBase: null, refundBase: null, channel },
    shown,
    cumulativeBase - settledBase,
  )
}

/**
 * The batch-settlement escrow takes any amount up to the voucher: what was spent, and on the last chance also what is
 * being delivered. Never more than the deposit, part of which the payer may have withdrawn.
 */
function claim(channel: SettleableChannel, { id, trigger, excessMaxBase }: PlanInput): PlanResult {
  const { settledBase, spentBase, reservedBase, depositBase, acceptedBase: cumulativeBase } = channel
  const dueBase = excessMaxBase === null ? spentBase + reservedBase : spentBase
  const captureBase = dueBase < depositBase ? dueBase : depositBase
  if (captureBase <= settledBase) {
    const isLost = Channel.atRiskBase(channel) > 0n
    return {
      kind: 'wait',
      reason: isLost ? 'The payer took back what would have paid for it.' : 'Nothing is unsettled.',
    }
  }
  const shown = { cumulativeBase, signature: channel.acceptedSignature ?? Buffer.alloc(0) }
  const intent = { id, trigger, kind: 'settle' as const, cumulativeBase, captureBase, refundBase: null, channel }
  return go(intent, shown, captureBase - settledBase)
}

/** A close takes exactly what was spent. No credit may be reserved at that moment. */
function close(channel: SettleableChannel, { id, trigger, refundBase: askedBase }: PlanInput): PlanResult {
  if (channel.reservedBase > 0n) return { kind: 'wait', reason: 'Requests on its credit are still being served.' }
  const captureBase = Channel.captureBase(channel)
  // Higher than every known voucher only if the payee settled a voucher that this server never saw. Then a close takes
  // nothing more.
  const cumulativeBase = channel.acceptedBase > captureBase ? channel.acceptedBase : captureBase
  const shown = { cumulativeBase, signature: channel.acceptedSignature ?? Buffer.alloc(0) }
  const refundBase = askedBase ?? null
  const intent = { id, trigger, kind: 'close' as const, cumulativeBase, captureBase, refundBase, channel }
  return go(intent, shown, captureBase - channel.settledBase)
}

function go(
  intent: Omit<ChannelPlan, 'call' | 'paysBase' | 'channelId'>,
  shown: ChosenVoucher,
  paysBase: bigint,
): PlanResult {
  const { channel } = intent
  const data = Escrow.isConfig(channel.descriptor)
    ? toMulticall([{ ...intent, channel }], channel)
    : reserveData(intent, channel.descriptor, shown)
  return { kind: 'go', plan: { ...intent, channelId: channel.id, paysBase, call: { to: channel.escrow, data } } }
}

function reserveData(
  { cumulativeBase, captureBase }: Pick<ChannelPlan, 'cumulativeBase' | 'captureBase'>,
  descriptor: Reserve.ReserveDescriptor,
  { signature: bytes }: ChosenVoucher,
): Hex {
  const signature: Hex = `0x${bytes.toString('hex')}`
  return captureBase === null
    ? Reserve.settleData(descriptor, cumulativeBase, signature)
    : Reserve.closeData(descriptor, cumulativeBase, captureBase, signature)
}

/** The transaction for these plans, all of one network, token and payee: a list of calls, or one multicall. Pure. */
export function toCall(plans: readonly [ChannelPlan, ...ChannelPlan[]], signer: `0x${string}` | undefined): Call {
  const [{ channel, call }, ...rest] = plans
  const about = { network: channel.network, purpose: 'settlement' as const, ...(signer && { signer }) }
  if (Escrow.isBatchSettlement(channel.escrow))
    return { kind: 'call', ...about, to: channel.escrow, data: toMulticall(plans, channel), value: 0n }
  return { kind: 'calls', ...about, calls: [call, ...rest.map((plan) => plan.call)] }
}

/** The claims for the batch-settlement escrow; channels that are already claimed are left out. Pure. */
export function claimsOf(parts: readonly Part[]): BatchSettlement.VoucherClaim[] {
  return parts.flatMap(({ cumulativeBase, captureBase, channel }) => {
    const { acceptedSignature, settledBase } = channel
    const claimedBase = captureBase ?? cumulativeBase
    if (claimedBase <= settledBase) return []
    const signature: Hex = `0x${acceptedSignature?.toString('hex') ?? ''}`
    return [{ config: configOf(channel), cumulativeBase, claimedBase, signature }]
  })
}

function configOf({ id, descriptor }: SettleableChannel): BatchSettlement.ChannelConfig {
  if (!Escrow.isConfig(descriptor)) throw new TypeError(`channel ${id} is of another escrow`)
  return descriptor
}

type Part = Pick<ChannelPlan, 'kind' | 'cumulativeBase' | 'captureBase' | 'refundBase' | 'channel'>

/** Claims, then the payout to the payee, then refunds. What is already claimed needs no voucher. */
function toMulticall(parts: readonly Part[], { payee: receiver, asset: token }: SettleableChannel): Hex {
  const refunds = parts.flatMap(
    ({ kind, cumulativeBase, captureBase, refundBase, channel }): BatchSettlement.EscrowRefund[] => {
      // An amount above the balance means all of it, including deposits made since the last read.
      const isLeft = channel.depositBase > (captureBase ?? cumulativeBase)
      if (kind !== 'close' || !isLeft) return []
      return [{ config: configOf(channel), amountBase: refundBase ?? BatchSettlement.amountMax }]
    },
  )
  return BatchSettlement.settleData({ receiver, token: token as `0x${string}` }, claimsOf(parts), refunds)
}
