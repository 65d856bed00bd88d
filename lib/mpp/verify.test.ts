import { encodeFunctionData } from 'viem'
import { Abis } from 'viem/tempo'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type authorization,
  evm,
  memoOf,
  nowMs,
  pathUsd,
  payer,
  payTo,
  spellingsOf,
  tempo,
  tempoTransaction,
  toPayment,
  usdc,
} from '@/sandbox/testing/credential-fixture'
import { challenge, evmPayload, refusal, tempoPayload } from '@/sandbox/testing/mpp-fixture'

// mppx reads the clock itself to check whether a challenge has expired.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: nowMs }))
afterEach(() => vi.useRealTimers())

const seconds = nowMs / 1000
describe('mpp evm refuses', () => {
  it.each<[string, Parameters<typeof authorization>[0], RegExp]>([
    ['less money', { value: '9999' }, /verification-failed: .*9999/],
    ['another recipient', { to: usdc }, /verification-failed: .*recipient/],
    ['another payer', { from: payTo }, /verification-failed: .*"from"/],
    ['another nonce', { nonce: `0x${'11'.repeat(32)}` }, /verification-failed: .*hash of the challenge/],
    ['not valid yet', { validAfter: String(seconds + 1) }, /payment-expired/],
    ['about to expire', { validBefore: String(seconds + 5) }, /payment-expired/],
    ['more than a day', { validBefore: String(seconds + 86_401) }, /verification-failed: .*day/],
  ])('%s', async (_, change, expected) => {
    const of = challenge('evm')
    expect(await refusal(toPayment(of, await evmPayload(of, change)))).toMatch(expected)
  })

  it('a signature in another domain, or of another shape', async () => {
    const of = challenge('evm')
    const payload = await evmPayload(of)
    const { signature } = payload
    expect(await refusal(toPayment(of, await evmPayload(of, {}, { chainId: 1 })))).toMatch(/^verification-failed/)
    const like = (text: string) => refusal(toPayment(of, { ...payload, signature: text }))
    expect(await like(`${signature.slice(0, -2)}${signature.endsWith('1b') ? '01' : '00'}`)).toMatch(
      /^verification-failed/,
    )
    expect(await like(`${signature}00`)).toMatch(/^verification-failed: .*65 bytes/)
    expect(await like(signature.slice(0, -4))).toMatch(/^verification-failed: .*65 bytes/)
    expect(await like(`${signature}0`)).toMatch(/^malformed-credential: .*payload\.signature/)
    for (const spelling of Object.values(spellingsOf(signature))) expect(await like(spelling)).toBe('accepted')
  })

  it.each(['', ' 10000', '+10000', '010000', '0x2710', '1e4', '10000.0', '-1', '1_0', String(2n ** 256n)])(
    'the amount spelt %j',
    async (value) => {
      const of = challenge('evm')
      const payload = { ...(await evmPayload(of)), value }
      expect(await refusal(toPayment(of, payload))).toMatch(/^malformed-credential: .*payload\.value/)
    },
  )

  it('a source with another address, and unsigned members', async () => {
    const of = challenge('evm')
    const payload = await evmPayload(of)
    for (const source of [`did:pkh:${evm}:${payTo}`, `did:pkh:eip155:1:${payer.address}`, 'did:key:z6Mk'])
      expect(await refusal(toPayment(of, payload, source))).toMatch(/^verification-failed: .*source/)
    expect(await refusal(toPayment(of, { ...payload, more: 1 }))).toMatch(/^malformed-credential/)
  })
})

describe('mpp tempo refuses', () => {
  const fallback = encodeFunctionData({ abi: Abis.tip20, functionName: 'approve', args: [payTo, 1n] })

  it.each<[string, Parameters<typeof tempoTransaction>[1], RegExp]>([
    ['less money', { transfer: { amount: 9_999n } }, /verification-failed: .*transfer/],
    ['another recipient', { transfer: { to: usdc } }, /verification-failed: .*transfer/],
    [
      'another token',
      { transfer: { token: '0x20c0000000000000000000000000000000000001' } },
      /verification-failed: .*transfer/,
    ],
    ['another network', { envelope: { chainId: 4217 } }, /verification-failed: .*network/],
    ['no expiry', { envelope: { validBefore: undefined } }, /malformed-credential: .*validBefore/],
    ['an expired one', { envelope: { validBefore: seconds } }, /payment-expired/],
    ['one not valid yet', { envelope: { validAfter: seconds + 9 } }, /payment-expired: .*validAfter/],
    [
      'one that outlives the challenge',
      { envelope: { validBefore: seconds + 900 } },
      /verification-failed: .*outlives/,
    ],
    ['no transfer', { envelope: { calls: [{ to: pathUsd, data: fallback }] } }, /verification-failed: .*transfer/],
    ['a fee for another payer', { envelope: { feePayerSignature: null } }, /malformed-credential|verification-failed/],
  ])('%s', async (_, change, expected) => {
    const of = challenge('tempo')
    expect(await refusal(toPayment(of, await tempoPayload(of, change)))).toMatch(expected)
  })

  it('a transfer that answers another challenge, or none', async () => {
    const of = challenge('tempo')
    const bound = async (memo: `0x${string}` | undefined) =>
      refusal(toPayment(of, { type: 'transaction', signature: await tempoTransaction(memo) }))
    expect(await bound(memoOf(of))).toBe('accepted')
    for (const memo of [
      undefined,
      memoOf({ ...of, id: 'other' }),
      memoOf({ ...of, realm: 'other' }),
      `0x${'00'.repeat(32)}` as const,
    ])
      expect(await bound(memo)).toMatch(/^verification-failed: .*memo/)
  })

  it('a transfer together with other calls', async () => {
    const of = challenge('tempo')
    const good = encodeFunctionData({
      abi: Abis.tip20,
      functionName: 'transferWithMemo',
      args: [payTo, 10_000n, memoOf(of)],
    })
    const calls = [
      { to: pathUsd, data: fallback },
      { to: pathUsd, data: good },
    ]
    expect(await refusal(toPayment(of, await tempoPayload(of, { envelope: { calls } })))).toMatch(
      /^verification-failed/,
    )
  })

  it.each([
    ['a type that is not offered', { type: 'hash', hash: `0x${'11'.repeat(32)}` }, /^method-unsupported/],
    ['a proof', { type: 'proof', signature: '0x11' }, /^method-unsupported/],
    ['an EIP-1559 transaction', { type: 'transaction', signature: '0x02f870' }, /^malformed-credential: .*0x76/],
    ['half a fee payer’s transaction', { type: 'transaction', signature: '0x78c0' }, /^malformed-credential: .*0x76/],
    ['rubbish', { type: 'transaction', signature: '0x76c0' }, /^malformed-credential: .*decoded/],
  ])('%s', async (_, payload, expected) =>
    expect(await refusal(toPayment(challenge('tempo'), payload))).toMatch(expected),
  )

  it('a transaction that was changed after signing', async () => {
    const of = challenge('tempo')
    const { signature } = await tempoPayload(of)
    const middle = 40
    const byte = signature.slice(middle, middle + 2) === '11' ? '22' : '11'
    const changed = signature.slice(0, middle) + byte + signature.slice(middle + 2)
    const value = toPayment(of, { type: 'transaction', signature: changed }, `did:pkh:${tempo}:${payer.address}`)
    expect(await refusal(value)).toMatch(/^(verification-failed|malformed-credential|payment-expired)/)
  })
})
