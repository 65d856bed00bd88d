import { Challenge } from 'mppx'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProtocol, createSessions } from '@/lib/mpp'
import type { AppError } from '@/lib/errors'
import { Quote } from '@/lib/pricing'
import { agentRequest, nowMs, pathUsd, payTo, quote, tempo, toPayment } from '@/sandbox/testing/credential-fixture'
import { config, header, operator, secret } from '@/sandbox/testing/mpp-fixture'
import { mppxClient, pack, quoteOf, sessionChallenge, unpack } from '@/sandbox/testing/session-fixture'

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: nowMs }))
afterEach(() => vi.useRealTimers())

type Given = { using?: ReturnType<typeof createSessions>; atMs?: number; of?: Parameters<typeof quoteOf>[1] }
const read = (value: string, given: Given = {}) => {
  const using = given.using ?? createSessions(config)
  const credential = using.parse(header(value))
  if (!credential) throw new Error('no session')
  return using.terms(credential, quoteOf(credential, given.of), given.atMs ?? nowMs)
}
const refusal = (...given: Parameters<typeof read>) => {
  try {
    read(...given)
    return 'taken'
  } catch (error) {
    return `${(error as AppError).code}: ${(error as AppError).message}`
  }
}
const using = (...secrets: [string, ...string[]]) => createSessions({ ...config, secrets: () => secrets })

describe('the terms of a credential', () => {
  it('are those of the challenge', async () => {
    const bodyDigest = 'sha-256=:AAAA:'
    const challenge = sessionChallenge({
      agentRequest: { ...agentRequest, bodyDigest },
      sells: { minDeltaMicros: 70n },
    })
    expect(read(await mppxClient().pay(challenge))).toEqual({
      quote,
      challengeId: challenge.id,
      network: tempo,
      escrow: '0x4d50500000000000000000000000000000000000',
      asset: pathUsd.toLowerCase(),
      payee: payTo.toLowerCase(),
      operator,
      priceBase: 10_000n,
      minDeltaBase: 70n,
      bodyDigest,
      expiresAtMs: quote.expiresAtMs,
    })
  })

  it('are the same from the cache, with the same checks', async () => {
    const sessions = createSessions(config)
    const value = await mppxClient().pay(sessionChallenge())
    const first = read(value, { using: sessions })
    expect(read(value, { using: sessions })).toBe(first)
    expect(refusal(value, { using: sessions, atMs: quote.expiresAtMs })).toMatch(/^payment-expired/)
    const changed = unpack(value)
    changed.challenge.digest = 'sha-256=:AAAA:'
    expect(refusal(pack(changed), { using: sessions })).toMatch(/^invalid-challenge/)
    const elsewhere = { resourceId: '0198c000-0000-7000-8000-000000000002' }
    expect(refusal(value, { using: sessions, of: elsewhere })).toMatch(/^invalid-challenge: .*another resource/)
  })

  it('are cached for the thousand challenges used last', async () => {
    const sessions = createSessions(config)
    const { payload } = unpack(await mppxClient().pay(sessionChallenge()))
    const values = Array.from({ length: 1_001 }, (_, index) =>
      toPayment(
        sessionChallenge({
          quote: Quote.from({ ...quote, id: quote.resourceId }, index.toString().padStart(12, '0'), quote.issuedAtMs),
        }),
        payload,
      ),
    )
    const [first = '', second = ''] = values
    const terms = values.slice(0, 1_000).map((value) => read(value, { using: sessions }))
    expect(read(first, { using: sessions })).toBe(terms[0])
    read(values.at(-1) ?? '', { using: sessions })
    expect(read(first, { using: sessions })).toBe(terms[0])
    expect(read(second, { using: sessions })).not.toBe(terms[1])
    expect(read(second, { using: sessions })).toEqual(terms[1])
  })

  it('are valid under the previous secret', async () => {
    const value = await mppxClient().pay(sessionChallenge())
    expect(refusal(value, { using: using('another'.repeat(6), secret) })).toBe('taken')
    expect(refusal(value, { using: using('another'.repeat(6)) })).toMatch(/^invalid-challenge/)
  })

  it('expire with the quote', async () => {
    const value = await mppxClient().pay(sessionChallenge())
    expect(refusal(value, { atMs: quote.expiresAtMs - 1 })).toBe('taken')
    expect(refusal(value, { atMs: quote.expiresAtMs })).toMatch(/^payment-expired/)
  })

  it('are read only by the instance that parsed the credential', async () => {
    const credential = createSessions(config).parse(header(await mppxClient().pay(sessionChallenge())))
    expect(() => createSessions(config).terms(credential!, quote, nowMs)).toThrow(TypeError)
  })
})

describe('a challenge', () => {
  const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  type Echo = Record<string, string>
  it.each<[string, (of: Echo) => Echo]>([
    ['another id', ({ id = '' }) => ({ id: `${id.slice(0, -1)}_` })],
    ['a shorter id', ({ id = '' }) => ({ id: id.slice(1) })],
    ['another realm', () => ({ realm: 'other.test' })],
    ['more in its request', ({ request = '' }) => ({ request: b64({ ...unb64(request), amount: '1' }) })],
    ['another expiry', () => ({ expires: new Date(nowMs + 9e6).toISOString() })],
    ['another digest', () => ({ digest: 'sha-256=:AAAA:' })],
    ['another quote', () => ({ opaque: b64({ quote: 'x.y' }) })],
    ['another header', () => ({ header: 'X-Other' })],
  ])('with %s is refused, as mppx does', async (_, change) => {
    const wire = unpack(await mppxClient().pay(sessionChallenge()))
    const echo = { ...(wire.challenge as Echo), ...change(wire.challenge as Echo) }
    expect(refusal(pack({ ...wire, challenge: echo }))).toMatch(/^invalid-challenge: This server did not make/)
    expect(verifiedByMppx(echo)).toBe(false)
  })

  it('is verified exactly as mppx verifies it', async () => {
    for (const change of [{}, { bodyDigest: 'sha-256=:AAAA:' }, { description: 'x|y' }]) {
      const wire = unpack(await mppxClient().pay(sessionChallenge({ agentRequest: { ...agentRequest, ...change } })))
      expect(verifiedByMppx(wire.challenge as Echo)).toBe(true)
      expect(refusal(pack(wire))).toBe('taken')
      expect(refusal(pack({ ...wire, challenge: { ...wire.challenge, header: 'authorization' } }))).toBe('taken')
    }
  })

  it('of another host, of no quote, or of a quote with another price is not ours', async () => {
    const value = await mppxClient().pay(sessionChallenge())
    const elsewhere = createSessions({ ...config, realm: () => 'other.test' })
    expect(refusal(value, { using: elsewhere })).toMatch(/^invalid-challenge: .*host/)
    const { request, realm, method, intent, expires } = sessionChallenge()
    const bare = Challenge.from({ secretKey: secret, realm, method, intent, request, expires: expires! })
    expect(refusal(await mppxClient().pay(bare))).toMatch(/^invalid-challenge: .*price/)
    for (const other of [{ ...quote, priceMicros: 1n }, quote]) {
      const payouts = other === quote ? quote.payouts.slice(0, 1) : quote.payouts
      const meta = { quote: Quote.seal(other, secret) }
      const mixed = Challenge.from({ secretKey: secret, realm, method, intent, request, expires: expires!, meta })
      const value = await mppxClient().pay(mixed)
      expect(refusal(value, { of: { payouts } })).toMatch(/^invalid-challenge: .*resource or price/)
    }
  })

  it('is valid only under the secret that made it', async () => {
    const other = createProtocol({ ...config, secrets: () => ['other'.repeat(9)] })
    expect(refusal(await mppxClient().pay(sessionChallenge({ using: other })))).toMatch(/^invalid-challenge/)
  })
})

function unb64(text: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>
}

function verifiedByMppx({ request = '', ...echo }: Record<string, string>): boolean {
  const challenge = { ...echo, request: unb64(request) } as unknown as Challenge.Challenge
  return Challenge.verify(challenge, { secretKey: secret })
}
