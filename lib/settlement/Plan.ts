import type { Hex } from 'viem'
import { Reserve, type Member } from '@/lib/chains'
import { Channel, type Intent, type Schedule, type Settleable, type Shown } from '@/lib/channels'

/** What a settlement shows the contract for one channel. Pure. */
export type Plan = Intent & {
  channel: Settleable
  call: Member
  /** What the payee gets by it, base units. */
  paysBase: bigint
}

/** Or why there is none now, in words for the merchant. */
export type Planned = { kind: 'go'; plan: Plan } | { kind: 'wait'; reason: string }

export type Ask = {
  /** Of the settlement's row. */
  id: string
  kind: 'settle' | 'close'
  trigger: Schedule.Trigger
  /** Most that a voucher may exceed what was spent, base units; null: any. */
  excessMaxBase: bigint | null
}

export function of(channel: Settleable, ask: Ask): Planned {
  return ask.kind === 'close' ? close(channel, ask) : settle(channel, ask)
}

/**
 * The contract pays a voucher whole, so the one closest to what was spent is shown: the least that covers it, as long as it
 * takes no more of the agent's money than allowed, else the greatest that takes none.
 */
function settle(channel: Settleable, { id, trigger, excessMaxBase }: Ask): Planned {
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
    { id, trigger, kind: 'settle', cumulativeBase, captureBase: null, channel },
    shown,
    cumulativeBase - settledBase,
  )
}

/** A close takes exactly what was spent, and nothing may be held meanwhile. */
function close(channel: Settleable, { id, trigger }: Ask): Planned {
  if (channel.reservedBase > 0n) return { kind: 'wait', reason: 'Requests on its credit are still being served.' }
  const captureBase = Channel.captureBase(channel)
  // Above the highest voucher only when the payee settled one that was never shown here: then nothing more is taken.
  const cumulativeBase = channel.acceptedBase > captureBase ? channel.acceptedBase : captureBase
  const shown = { cumulativeBase, signature: channel.acceptedSignature ?? Buffer.alloc(0) }
  const intent = { id, trigger, kind: 'close' as const, cumulativeBase, captureBase, channel }
  return go(intent, shown, captureBase - channel.settledBase)
}

function go(intent: Omit<Plan, 'call' | 'paysBase' | 'channelId'>, shown: Shown, paysBase: bigint): Planned {
  const { channel, cumulativeBase, captureBase } = intent
  const signature: Hex = `0x${shown.signature.toString('hex')}`
  const data =
    captureBase === null
      ? Reserve.settleData(channel.descriptor, cumulativeBase, signature)
      : Reserve.closeData(channel.descriptor, cumulativeBase, captureBase, signature)
  return { kind: 'go', plan: { ...intent, channelId: channel.id, paysBase, call: { to: channel.escrow, data } } }
}
