import { Challenge as Wire } from 'mppx'
import { Methods, Session } from 'mppx/tempo'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Reserve } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { createProtocol } from '@/lib/mpp'
import {
  agentRequest,
  challengesOf,
  nowMs,
  pathUsd,
  payer,
  payTo,
  quote,
  tempo,
} from '@/sandbox/testing/credential-fixture'
import { config, header, mpp, operator, secret } from '@/sandbox/testing/mpp-fixture'
import { mppxClient, quoteOf, sells, sessionChallenge, sessions, unpack } from '@/sandbox/testing/session-fixture'

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: nowMs }))
afterEach(() => vi.useRealTimers())

const hash = (byte: string) => `0x${byte.repeat(32)}` as const

function snapshot(): ChannelProtocol.ChannelSnapshot {
  const descriptor: Reserve.ReserveDescriptor = Reserve.normalise({
    payer: payer.address,
    payee: payTo,
    operator,
    token: pathUsd,
    salt: hash('01'),
    authorizedSigner: payer.address,
    expiringNonceHash: hash('02'),
  })
  return {
    channelId: Reserve.channelId(descriptor, tempo),
    network: tempo,
    escrow: Reserve.address,
    descriptor,
    depositBase: 1_000_000n,
    acceptedBase: 30_000n,
    acceptedSignature: `0x${'12'.repeat(65)}`,
    settledBase: 10_000n,
    spentBase: 30_000n,
    units: 3n,
    requiredBase: 40_000n,
  }
}

describe('a session challenge', () => {
  it('is what mppx’s server would write', () => {
    const made = sessionChallenge({ sells: { minDeltaMicros: 70n } })
    const theirs = Wire.fromMethod(Methods.session, {
      secretKey: secret,
      realm: 'sluice.test',
      expires: new Date(quote.expiresAtMs).toISOString(),
      description: agentRequest.description,
      meta: { quote: (JSON.parse(Buffer.from(made.opaque ?? '', 'base64url').toString()) as { quote: string }).quote },
      request: {
        amount: '0.01',
        unitType: 'request',
        suggestedDeposit: '1',
        minVoucherDelta: '0.00007',
        chainId: 1337,
        currency: pathUsd,
        decimals: 6,
        recipient: payTo,
        escrowContract: Reserve.address,
        operator,
        sessionProtocol: 'v2',
      },
    })
    // Only the first challenge of a 402 has the description; this is the second.
    const { description: _description, ...bare } = theirs
    expect(Wire.serialize(made)).toBe(Wire.serialize(bare))
  })

  it('suggests a deposit that covers the units, and at least the minimum', () => {
    const suggested = (change: Partial<ChannelProtocol.ChannelOffer>) =>
      sessionChallenge({ sells: change }).request.suggestedDeposit
    expect(suggested({ depositUnits: 7 })).toBe('70000')
    expect(suggested({ depositUnits: 7, minDepositMicros: 80_000n })).toBe('80000')
  })

  it('comes after the charges, unless the agent prefers it', () => {
    const order = (acceptPayment?: string, alone = false) =>
      challengesOf(
        mpp.challenge(quote, agentRequest, {
          session: { ...sells, alone },
          ...(acceptPayment !== undefined && { acceptPayment }),
        }).headers,
      ).map(({ method, intent }) => `${method}/${intent}`)
    expect(order()).toEqual(['evm/charge', 'tempo/charge', 'tempo/session'])
    expect(order('tempo/session')).toEqual(['tempo/session'])
    expect(order('tempo/charge;q=0.5, tempo/session')).toEqual(['tempo/session', 'tempo/charge'])
    expect(order('evm/charge')).toEqual(['evm/charge'])
    expect(order(undefined, true)).toEqual(['tempo/session'])
    // An agent without an offer cannot pay.
    expect(order('evm/charge', true)).toEqual(['tempo/session'])
  })

  it('is not offered without an operator to settle it', () => {
    const without = createProtocol({ ...config, operatorOn: () => undefined })
    expect(() => sessionChallenge({ using: without })).toThrow(/no session challenge/)
    expect(mpp.challenge(quote, agentRequest, {}).headers.join('')).not.toContain('session')
  })
})

describe('a snapshot', () => {
  it('is exactly what mppx’s client reads', () => {
    const given = snapshot()
    const { methodDetails } = sessionChallenge({ sells: { snapshot: given } }).request
    const { sessionSnapshot } = methodDetails as { sessionSnapshot: Session.Client.SessionSnapshot }
    // Its schema drops unknown members and refuses missing ones.
    expect(Session.deserializeSnapshot(Session.serializeSnapshot(sessionSnapshot))).toEqual(sessionSnapshot)
    expect(sessionSnapshot).toEqual({
      acceptedCumulative: '30000',
      chainId: 1337,
      channelId: given.channelId,
      deposit: '1000000',
      descriptor: given.descriptor,
      escrow: Reserve.address,
      highestVoucher: { channelId: given.channelId, cumulativeAmount: '30000', signature: given.acceptedSignature },
      requiredCumulative: '40000',
      settled: '10000',
      spent: '30000',
      units: 3,
    })
  })

  it('is bound, and makes the client sign the required amount', async () => {
    const client = mppxClient()
    const opened = unpack(await client.pay(sessionChallenge())).payload
    const given = { ...snapshot(), channelId: opened.channelId as `0x${string}` }
    const challenge = sessionChallenge({ sells: { snapshot: given } })
    const credential = sessions.parse(header(await client.pay(challenge)))
    expect(credential?.action).toBe('voucher')
    expect(sessions.terms(credential!, quoteOf(credential!), nowMs).challengeId).toBe(challenge.id)
  })

  it('of another network is left out', () => {
    const given = { ...snapshot(), network: 'eip155:4217' as const }
    expect(sessionChallenge({ sells: { snapshot: given } })).toEqual(sessionChallenge())
  })

  it('leaves the 402 small enough for every client', () => {
    const wordy = { ...agentRequest, description: 'x'.repeat(500), bodyDigest: `sha-256=:${'A'.repeat(44)}:` }
    const { headers } = mpp.challenge(quote, wordy, { session: { ...sells, snapshot: snapshot() } })
    const lengths = headers.map(([name, value]) => name.length + value.length)
    expect(lengths).toHaveLength(3)
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(8 * 1024)
  })
})

describe('the answer of a session', () => {
  const receipt: ChannelProtocol.ChannelReceipt = {
    channelId: hash('0a'),
    challengeId: 'c1',
    network: 'eip155:1337',
    payer: payer.address,
    acceptedBase: 40_000n,
    spentBase: 30_000n,
    depositBase: 1_000_000n,
    settledBase: 0n,
    chargedBase: 10_000n,
    units: 3n,
    atMs: nowMs,
  }

  it('is a receipt that mppx reads, with a transaction if there was one', () => {
    const { deserializeSessionReceipt, createSessionReceipt } = Session.Precompile.Receipt
    for (const txHash of [undefined, hash('0b')]) {
      const [[name, value] = ['', '']] = sessions.receipt({ ...receipt, ...(txHash && { txHash }) })
      expect(name).toBe('Payment-Receipt')
      expect(deserializeSessionReceipt(value)).toEqual(
        createSessionReceipt({
          challengeId: 'c1',
          channelId: receipt.channelId,
          acceptedCumulative: 40_000n,
          spent: 30_000n,
          units: 3,
          ...(txHash && { txHash }),
        } as Parameters<typeof createSessionReceipt>[0]),
      )
    }
  })

  it('is an event that mppx reads', () => {
    const { parseEvent, formatReceiptEvent, formatNeedVoucherEvent } = Session.Precompile.SseProtocol
    const final = sessions.receiptEvent(receipt)
    const parsed = parseEvent(final.slice(0, -2))
    if (parsed?.type !== 'payment-receipt') throw new Error('no receipt')
    expect(formatReceiptEvent(parsed.data)).toBe(final)
    const need = { channelId: receipt.channelId, requiredBase: 50_000n, acceptedBase: 40_000n, depositBase: 1_000_000n }
    expect(sessions.needVoucherEvent(need)).toBe(
      formatNeedVoucherEvent({
        channelId: receipt.channelId,
        requiredCumulative: '50000',
        acceptedCumulative: '40000',
        deposit: '1000000',
      } as Parameters<typeof formatNeedVoucherEvent>[0]),
    )
  })
})
