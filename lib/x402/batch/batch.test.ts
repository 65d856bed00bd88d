import { decodePaymentRequiredHeader, decodePaymentResponseHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import type { PaymentRequirements } from '@x402/core/types'
import { BatchSettlementEvmScheme, computeChannelId } from '@x402/evm/batch-settlement/client'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { BatchSettlement } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import type { AppError } from '@/lib/errors'
import { agentRequest, quote } from '@/sandbox/testing/credential-fixture'
import { quoteOf, sells } from '@/sandbox/testing/session-fixture'
import { createBatchSettlement, createProtocol } from '../index'
import * as Requirements from './Requirements'

// The official client reads our challenge, and we verify its signature. No chain, no database.

const operator = privateKeyToAccount(generatePrivateKey()).address.toLowerCase()
const config = {
  secrets: () => ['secret-of-these-tests-0123456789abcdef'] as [string],
  serves: () => true,
  operatorOn: () => operator,
}
const batch = createBatchSettlement(config)
const payer = privateKeyToAccount(generatePrivateKey())
const payTo = quote.payouts[0]!.payTo
// The client computes the end of its deposits by its own clock.
const nowMs = Date.now()
const fresh = { ...quote, issuedAtMs: nowMs, expiresAtMs: nowMs + 300_000 }
const both = {
  ...fresh,
  payouts: [
    { network: 'eip155:137' as const, payTo },
    { network: 'eip155:84532' as const, payTo },
  ],
}

function offered(session: ChannelProtocol.ChannelOffer = sells, of = both, error?: string) {
  const { headers } = createProtocol(config).challenge(of, agentRequest, { session, ...(error && { error }) })
  const required = decodePaymentRequiredHeader(headers[0]?.[1] ?? '')
  const accepts = required.accepts.filter(({ scheme }) => scheme === 'batch-settlement')
  return { error: required.error, accepts }
}
const first = (): PaymentRequirements => offered().accepts[0]!

async function deposit(change: Partial<PaymentRequirements> = {}) {
  const requirements = { ...first(), ...change }
  const { payload } = await new BatchSettlementEvmScheme(payer).createPaymentPayload(2, requirements)
  return { requirements, payload: payload as Record<string, Record<string, unknown>> }
}

function parse(payload: unknown, accepted: unknown): ChannelProtocol.ChannelCredential | undefined {
  const value = encodePaymentSignatureHeader({ x402Version: 2, accepted, payload } as never)
  return batch.parse(new Headers({ 'PAYMENT-SIGNATURE': value }))
}

function judge(payload: unknown, accepted: unknown, atMs = nowMs): string {
  try {
    const credential = parse(payload, accepted)
    if (!credential) return 'another scheme'
    const terms = batch.terms(credential, quoteOf(credential, both), atMs)
    if (credential.action === 'deposit') batch.opening(credential, terms, atMs)
    return 'taken'
  } catch (error) {
    return (error as AppError).code
  }
}

const snapshot: ChannelProtocol.ChannelSnapshot = {
  channelId: `0x${'12'.repeat(32)}`,
  network: 'eip155:137',
  escrow: BatchSettlement.address,
  descriptor: { payer: payer.address } as BatchSettlement.ChannelConfig,
  depositBase: 100_000n,
  acceptedBase: 30_000n,
  acceptedSignature: `0x${'34'.repeat(65)}`,
  settledBase: 10_000n,
  spentBase: 20_000n,
  units: 2n,
  requiredBase: 40_000n,
}

describe('the challenge', () => {
  it('offers channels on every network that has the escrow, the registry’s first one first', () => {
    expect(offered().accepts.map(({ network }) => network)).toEqual(['eip155:84532', 'eip155:137'])
    expect(first()).toMatchObject({
      amount: '10000',
      extra: { name: 'USDC', version: '2', receiverAuthorizer: operator, withdrawDelay: 3_600, minDeposit: '1000000' },
    })
    expect(offered({ ...sells, alone: true }).accepts).toEqual([])
  })

  it('has the state of a channel first, with the error that makes the client resynchronise', () => {
    const { error, accepts } = offered({ ...sells, snapshot }, both, 'session-insufficient-balance')
    expect(error).toBe('invalid_batch_settlement_evm_cumulative_amount_mismatch')
    expect(accepts.map(({ network }) => network)).toEqual(['eip155:137', 'eip155:84532'])
    expect(accepts[0]?.extra).toMatchObject({
      channelState: { balance: '100000', totalClaimed: '10000', chargedCumulativeAmount: '20000' },
      voucherState: { signedMaxClaimable: '30000', signature: snapshot.acceptedSignature },
    })
    expect(accepts[1]?.extra).not.toHaveProperty('channelState')
    expect(Requirements.wordOf('channel-busy')).toBe('invalid_batch_settlement_evm_channel_busy')
  })
})

describe('a deposit of the official client', () => {
  it('is accepted, names its channel, and is one call of the contract', async () => {
    const { requirements, payload } = await deposit()
    const credential = parse(payload, requirements)
    if (credential?.action !== 'deposit') throw new Error('no deposit')
    const terms = batch.terms(credential, quoteOf(credential, both), nowMs)
    const opening = batch.opening(credential, terms, nowMs)
    expect(opening).toMatchObject({
      depositBase: 1_000_000n,
      cumulativeBase: 10_000n,
      signer: payer.address.toLowerCase(),
    })
    expect(opening.channelId).toBe(computeChannelId(credential.descriptor, 'eip155:84532'))
    expect(opening.transaction).toMatchObject({ hash: credential.hash, call: { to: BatchSettlement.address } })
  })

  const cases: [string, string, (payload: Record<string, Record<string, unknown>>) => unknown][] = [
    [
      'of more than was signed',
      'verification-failed',
      (of) => ({ ...of, deposit: { ...of.deposit, amount: '1000001' } }),
    ],
    ['of nothing', 'verification-failed', (of) => ({ ...of, deposit: { ...of.deposit, amount: '0' } })],
    [
      'beyond 128 bits',
      'payment-malformed',
      (of) => ({ ...of, deposit: { ...of.deposit, amount: (2n ** 128n).toString() } }),
    ],
    ['for another receiver', 'verification-failed', (of) => withConfig(of, { receiver: payer.address })],
    ['with another authorizer', 'verification-failed', (of) => withConfig(of, { receiverAuthorizer: payer.address })],
    ['with a shorter delay', 'verification-failed', (of) => withConfig(of, { withdrawDelay: 900 })],
    ['of another salt', 'verification-failed', (of) => withConfig(of, { salt: `0x${'01'.repeat(32)}` })],
    [
      'without a key for vouchers',
      'method-unsupported',
      (of) => withConfig(of, { payerAuthorizer: `0x${'0'.repeat(40)}` }),
    ],
    [
      'with a foreign voucher',
      'session-signer-mismatch',
      (of) => ({ ...of, voucher: { ...of.voucher, maxClaimableAmount: '20000' } }),
    ],
    [
      'by Permit2',
      'method-unsupported',
      (of) => ({ ...of, deposit: { amount: '1', authorization: { permit2Authorization: {} } } }),
    ],
    ['with members of its own', 'payment-malformed', (of) => ({ ...of, more: 1 })],
  ]
  it.each(cases)('%s is refused: %s', async (_, code, change) => {
    const { requirements, payload } = await deposit()
    expect(judge(payload, requirements)).toBe('taken')
    expect(judge(change(payload), requirements)).toBe(code)
  })

  it('must fit its time range and the price', async () => {
    const { requirements, payload } = await deposit()
    expect(judge(payload, requirements, nowMs + 299_000)).toBe('payment-expired')
    expect(judge(payload, { ...requirements, amount: '9999' })).toBe('verification-failed')
    expect(judge(payload, { ...requirements, extra: { ...requirements.extra, withdrawDelay: 900 } })).toBe(
      'verification-failed',
    )
    expect(judge(payload, { ...requirements, extra: { ...requirements.extra, quote: 'forged' } })).toBe(
      'invalid-challenge',
    )
    expect(judge(payload, { ...requirements, scheme: 'exact' })).toBe('another scheme')
  })
})

it('a receipt has the charge, or the refund', () => {
  const receipt: ChannelProtocol.ChannelReceipt = {
    channelId: snapshot.channelId,
    challengeId: 'q1',
    network: 'eip155:84532',
    payer: payer.address,
    acceptedBase: 20_000n,
    spentBase: 20_000n,
    depositBase: 100_000n,
    settledBase: 0n,
    units: 2n,
    chargedBase: 10_000n,
    atMs: nowMs,
  }
  const read = (of: ChannelProtocol.ChannelReceipt) => decodePaymentResponseHeader(batch.receipt(of)[0]?.[1] ?? '')
  expect(read(receipt)).toMatchObject({
    success: true,
    transaction: '',
    extra: { chargedAmount: '10000', channelState: { balance: '100000', chargedCumulativeAmount: '20000' } },
  })
  const refund = read({ ...receipt, refundedBase: 80_000n, txHash: `0x${'56'.repeat(32)}` })
  expect(refund).toMatchObject({ amount: '80000', transaction: `0x${'56'.repeat(32)}` })
  expect(refund.extra).not.toHaveProperty('chargedAmount')
})

function withConfig(
  payload: Record<string, Record<string, unknown>>,
  change: Partial<BatchSettlement.ChannelConfig>,
): unknown {
  return { ...payload, channelConfig: { ...payload.channelConfig, ...change } }
}
