import { decodeFunctionData } from 'viem'
import { describe, expect, it } from 'vitest'
import { Reserve } from '@/lib/chains'
import type { SettleableChannel } from '@/lib/channels'
import * as ChannelPlan from './ChannelPlan'

const address = `0x${'11'.repeat(20)}` as const
const word = `0x${'22'.repeat(32)}` as const
const shown = (cumulativeBase: bigint) => ({
  cumulativeBase,
  signature: Buffer.alloc(65, Number(cumulativeBase % 251n)),
})

function channel(change: Partial<SettleableChannel> = {}): SettleableChannel {
  const descriptor = {
    payer: address,
    payee: address,
    operator: address,
    token: address,
    salt: word,
    authorizedSigner: address,
    expiringNonceHash: word,
  }
  const base = { depositBase: 1_000n, acceptedBase: 100n, spentBase: 100n, settledBase: 0n, reservedBase: 0n }
  const acceptedSignature = shown(100n).signature
  const vouchers = { above: shown(100n), below: null }
  return {
    id: word,
    escrow: address,
    descriptor,
    acceptedSignature,
    ...base,
    ...vouchers,
    ...change,
  } as SettleableChannel
}

const ask = { id: 'settlement', trigger: 'interval', excessMaxBase: 10n } as const
const plan = (of: SettleableChannel, change: Partial<ChannelPlan.PlanInput> = {}) => {
  const planned = ChannelPlan.of(of, { kind: 'settle', ...ask, ...change })
  if (planned.kind === 'wait') return planned.reason
  const { functionName, args } = decodeFunctionData({ abi: Reserve.abi, data: planned.plan.call.data })
  return { functionName, amounts: (args as readonly unknown[]).slice(1, -1), pays: planned.plan.paysBase }
}

describe('a settlement', () => {
  it('shows the least voucher that covers what was spent', () => {
    expect(plan(channel({ settledBase: 40n }))).toEqual({ functionName: 'settle', amounts: [100n], pays: 60n })
    expect(plan(channel({ above: shown(110n) }))).toMatchObject({ amounts: [110n] })
  })

  it('shows the greatest that does not, where the other would take too much', () => {
    expect(plan(channel({ above: shown(111n), below: shown(90n) }))).toMatchObject({ amounts: [90n], pays: 90n })
    expect(plan(channel({ above: shown(111n) }))).toContain('more than the schedule allows')
    expect(plan(channel({ above: shown(500n) }), { excessMaxBase: null })).toMatchObject({ amounts: [500n] })
  })

  it('is none where nothing is unsettled', () => {
    expect(plan(channel({ settledBase: 100n }))).toBe('Nothing is unsettled.')
    expect(plan(channel({ settledBase: 300n }))).toBe('Nothing is unsettled.')
  })

  it('does not mind what is held', () => {
    expect(plan(channel({ reservedBase: 5n }))).toMatchObject({ amounts: [100n] })
  })
})

describe('a close', () => {
  const close = (of: SettleableChannel) => plan(of, { kind: 'close' })

  it('takes what was spent, whatever the voucher says', () => {
    const of = channel({ acceptedBase: 900n, settledBase: 30n })
    expect(close(of)).toEqual({ functionName: 'close', amounts: [900n, 100n], pays: 70n })
  })

  it('takes nothing more where more is paid out already', () => {
    expect(close(channel({ settledBase: 150n, acceptedBase: 200n }))).toMatchObject({ amounts: [200n, 150n], pays: 0n })
    // By a voucher that the payee got elsewhere.
    expect(close(channel({ settledBase: 300n, acceptedBase: 200n }))).toMatchObject({ amounts: [300n, 300n], pays: 0n })
  })

  it('needs no voucher where nothing was bought', () => {
    const of = channel({ acceptedBase: 0n, spentBase: 0n, acceptedSignature: null, above: null })
    expect(close(of)).toMatchObject({ amounts: [0n, 0n], pays: 0n })
  })

  it('waits while something is held', () => {
    expect(close(channel({ reservedBase: 1n }))).toContain('still being served')
  })
})
