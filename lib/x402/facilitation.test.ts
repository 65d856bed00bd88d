import type { Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { toAppError } from '@/lib/errors'
import { authorization, evm, nowMs, payTo, payer, sign, usdc } from '@/sandbox/testing/credential-fixture'
import { signPermit2 } from '@/sandbox/testing/permit2-fixture'
import * as Facilitation from './facilitation'

// The members of other servers' requirements that bind a payment. No chain, no database.

const takes = { permit2: true, contracts: true, deploys: true }
const facilitator = privateKeyToAddress(process.env.SETTLEMENT_PRIVATE_KEY as Hex)
const requirements = {
  scheme: 'exact',
  network: evm,
  amount: '10000',
  asset: usdc as string,
  payTo: payTo as string,
  maxTimeoutSeconds: 60,
  extra: { name: 'USDC', version: '2' } as Record<string, unknown>,
}
type Requirements = typeof requirements
type Verb = 'verify' | 'settle'

/** The code of the refusal, or the kind of the instrument. */
function judge(payload: unknown, required: Requirements, verb: Verb = 'verify', atMs = Date.now()): string {
  const body = {
    x402Version: 2,
    paymentPayload: { x402Version: 2, accepted: required, payload },
    paymentRequirements: required,
  }
  let read: Facilitation.FacilitationRequest | undefined
  try {
    read = Facilitation.read(body, { serves: () => true })
    return Facilitation.authorize(read, verb, takes, atMs).instrument.kind
  } catch (error) {
    const known = toAppError(error)
    return `${Facilitation.codeOf(known, read)}: ${known.message}`
  }
}

const withExtra = (extra: Record<string, unknown>, of: Requirements = requirements): Requirements => ({
  ...of,
  extra: { ...of.extra, ...extra },
})
async function eip3009() {
  const message = authorization()
  return { authorization: message, signature: await sign(message) }
}
const permit2 = (change: object = {}) => signPermit2(payer, { amountBase: 10_000n, payTo, ...change })
const upto = { ...requirements, scheme: 'upto', extra: { facilitatorAddress: facilitator } }

describe('by EIP-3009', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['the method', { assetTransferMethod: 'eip3009' }, /^eip3009$/],
    ['another method', { assetTransferMethod: 'permit2' }, /^unsupported_payload_type/],
    ['an unknown method', { assetTransferMethod: 'erc7710' }, /^unsupported_payload_type/],
    ['a flow', { paymentFlow: 'upfront' }, /^eip3009$/],
    ['a flow of another scheme', { paymentFlow: 'escrow' }, /^unsupported_payment_flow/],
    ['an unknown flow', { paymentFlow: 7 }, /^unsupported_payment_flow/],
    ['another domain', { name: 'USD Coin' }, /^invalid_exact_evm_token_name_mismatch/],
    ['a domain of another kind', { version: 2 }, /^invalid_exact_evm_token_name_mismatch/],
    ['members for information only', { order: 'A', memo: 'A', label: null }, /^eip3009$/],
  ])('%s in extra', async (_, extra, expected) => {
    expect(judge(await eip3009(), withExtra(extra), 'verify', nowMs)).toMatch(expected)
    expect(judge(await eip3009(), withExtra(extra), 'settle', nowMs)).toMatch(expected)
  })

  it.each(['payTo', 'asset'] as const)('%s with a wrong checksum is named', async (name) => {
    const address = requirements[name]
    const typo = address.replace(/[a-f]/, (digit) => digit.toUpperCase())
    const required = { ...requirements, [name]: typo === address ? address.replace(/[A-F]/, 'a') : typo }
    expect(judge(await eip3009(), required, 'verify', nowMs)).toMatch(
      new RegExp(`^invalid_payload: paymentRequirements.${name} .*checksum`),
    )
    expect(judge(await eip3009(), { ...requirements, [name]: address.toLowerCase() }, 'verify', nowMs)).toBe('eip3009')
  })

  it('an address in the payload with a wrong checksum is named', async () => {
    const payload = await eip3009()
    const to = '0x90F79bf6EB2c4f870365E785982E1f101E93b960'
    const mistyped = { ...payload, authorization: { ...payload.authorization, to } }
    expect(judge(mistyped, requirements, 'verify', nowMs)).toMatch(
      /^invalid_payload: .*payload.authorization.to is not an address: its checksum/,
    )
  })
})

describe('by Permit2', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['the method', { assetTransferMethod: 'permit2' }, /^permit2$/],
    ['no method', {}, /^permit2$/],
    ['another method', { assetTransferMethod: 'eip3009' }, /^unsupported_payload_type/],
    ['a flow of another scheme', { paymentFlow: 'escrow' }, /^unsupported_payment_flow/],
  ])('%s in extra', async (_, extra, expected) => {
    expect(judge(await permit2(), withExtra(extra))).toMatch(expected)
  })
})

describe('by upto', () => {
  const signed = () => permit2({ facilitator })

  it('the facilitator is that of the witness', async () => {
    expect(judge(await signed(), upto)).toBe('permit2')
    expect(judge(await signed(), withExtra({ facilitatorAddress: facilitator.toLowerCase() }, upto))).toBe('permit2')
    for (const facilitatorAddress of [payTo, 7])
      expect(judge(await signed(), withExtra({ facilitatorAddress }, upto))).toMatch(/^upto_facilitator_mismatch/)
    expect(judge(await signed(), withExtra({ paymentFlow: 'upfront' }, upto))).toMatch(/^unsupported_payment_flow/)
  })

  it('the amount is the maximum in a verification, and the charge in a settlement', async () => {
    const asking = (amount: string) => ({ ...upto, amount })
    expect(judge(await signed(), asking('9999'))).toMatch(/^permit2_amount_mismatch/)
    expect(judge(await signed(), asking('9999'), 'settle')).toBe('permit2')
    expect(judge(await signed(), asking('0'), 'settle')).toBe('permit2')
    expect(judge(await signed(), asking('10001'), 'settle')).toMatch(
      /^invalid_upto_evm_payload_settlement_exceeds_amount/,
    )
  })
})
