import { Challenge as Wire, Credential, Receipt, type Challenge } from 'mppx'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  agentRequest,
  challengesOf,
  evm,
  nowMs,
  payer,
  payTo,
  quote,
  tempo,
  toPayment,
  usdc,
} from '@/sandbox/testing/credential-fixture'
import {
  challenge,
  config,
  evmPayload,
  header,
  mpp,
  pay,
  refusal,
  secret,
  tempoPayload,
} from '@/sandbox/testing/mpp-fixture'
import { createProtocol } from '.'

// mppx reads the clock itself to check whether a challenge has expired.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: nowMs }))
afterEach(() => vi.useRealTimers())

describe('mpp challenge', () => {
  it('is one per network, in the order of the quote, or as the agent prefers', () => {
    const order = (acceptPayment?: string) =>
      challengesOf(
        mpp.challenge(quote, agentRequest, acceptPayment === undefined ? {} : { acceptPayment }).headers,
      ).map(({ method }) => method)
    expect(order()).toEqual(['evm', 'tempo'])
    expect(order('tempo/charge')).toEqual(['tempo'])
    expect(order('*/charge;q=0.1, tempo/*')).toEqual(['tempo', 'evm'])
    expect(order('garbage')).toEqual(['evm', 'tempo'])
  })

  it('accepts a description that is not valid header text', () => {
    const strange = {
      ...agentRequest,
      description: 'Line\r\nSet-Cookie: a=1\u0000 "quoted" \\ naïve – 天気 🌦'.repeat(9),
    }
    const [first] = mpp.challenge(quote, strange, {}).headers
    expect(() => new Headers([[...first!]])).not.toThrow()
    expect(challenge('evm', { agentRequest: strange }).description).toMatch(
      /^Line Set-Cookie: a=1 "quoted" \\ naïve – 天気/,
    )
  })

  it('binds the body', () => {
    expect(challenge('evm').digest).toBeUndefined()
    expect(challenge('evm', { agentRequest: { ...agentRequest, bodyDigest: 'sha-256=:AAAA:' } }).digest).toBe(
      'sha-256=:AAAA:',
    )
  })
})

describe('mpp credential', () => {
  it('of evm is accepted', async () => {
    const of = challenge('evm')
    const payload = await evmPayload(of)
    const { credential, authorized } = await pay(toPayment(of, payload, `did:pkh:${evm}:${payer.address}`))
    expect(credential).toMatchObject({
      protocol: 'mpp',
      wire: 'mpp evm',
      claimKey: `eip3009|${evm}|${usdc}|${payer.address}|${payload.nonce}`.toLowerCase(),
      challengeKey: `mpp|${of.id}`,
      network: evm,
      asset: usdc.toLowerCase(),
      amountBase: 10_000n,
      payTo: payTo.toLowerCase(),
      decoded: { challengeId: of.id },
    })
    expect(authorized).toMatchObject({ scheme: 'charge', when: 'before', payer: payer.address.toLowerCase() })
    expect(authorized.instrument).toMatchObject({ kind: 'eip3009', signature: payload.signature })
  })

  it('of tempo is accepted', async () => {
    const of = challenge('tempo')
    const payload = await tempoPayload(of)
    const { credential, authorized } = await pay(toPayment(of, payload, `did:pkh:${tempo}:${payer.address}`))
    const { instrument } = authorized
    if (instrument.kind !== 'raw') throw new Error('no transaction')
    expect(credential).toMatchObject({
      wire: 'mpp tempo',
      claimKey: `raw|${tempo}|${instrument.hash}`,
      amountBase: 10_000n,
    })
    expect(instrument).toMatchObject({
      bytes: payload.signature,
      from: payer.address.toLowerCase(),
      to: payTo.toLowerCase(),
      value: '10000',
      expiresAtMs: nowMs + 25_000,
    })
  })

  it('of tempo has one claim key in every spelling of its signature', async () => {
    const of = challenge('tempo')
    const { signature: bytes } = await tempoPayload(of)
    // yParity 0/1 as v 27/28: nodes accept both and hash their own encoding.
    const v = { '00': '1b', '01': '1c', '1b': '00', '1c': '01' }[bytes.slice(-2)]
    expect(v).toBeDefined()
    const spelt = [bytes, `0x${bytes.slice(2).toUpperCase()}`, bytes.slice(0, -2) + v]
    const credentials = spelt.map((signature) => mpp.parse(header(toPayment(of, { type: 'transaction', signature }))))
    expect(new Set(credentials.map((credential) => credential?.claimKey)).size).toBe(1)
    expect(await refusal(toPayment(of, { type: 'transaction', signature: spelt[2] }))).toBe('accepted')
  })

  it('is found next to a Bearer token, and a Bearer token alone is ignored', async () => {
    const of = challenge('evm')
    const payment = toPayment(of, await evmPayload(of))
    expect(mpp.parse(header('Bearer abc'))).toBeUndefined()
    expect(mpp.parse(header(`Bearer abc, ${payment}`))?.wire).toBe('mpp evm')
    expect(mpp.parse(new Headers({ authorization: 'Bearer abc', 'payment-authorization': payment }))?.wire).toBe(
      'mpp evm',
    )
    expect(mpp.parse(header(payment.replace('Payment', 'PAYMENT')))?.wire).toBe('mpp evm')
  })

  it('is valid under the previous secret', async () => {
    const of = challenge('evm')
    const value = toPayment(of, await evmPayload(of))
    const using = (...secrets: [string, ...string[]]) => createProtocol({ ...config, secrets: () => secrets })
    expect(await refusal(value, { using: using('another', secret) })).toBe('accepted')
    expect(await refusal(value, { using: using('another') })).toMatch(/^invalid-challenge/)
  })

  it('can be verified again from its stored form', async () => {
    for (const method of ['evm', 'tempo']) {
      const of = challenge(method)
      const { credential, authorized } = await pay(
        toPayment(of, method === 'evm' ? await evmPayload(of) : await tempoPayload(of)),
      )
      const stored = {
        ...credential,
        decoded: JSON.parse(JSON.stringify(credential.decoded)) as Record<string, unknown>,
      }
      expect(await mpp.authorize(stored, quote, agentRequest, nowMs)).toEqual(authorized)
    }
  })
})

const without = (of: Challenge.Challenge, name: 'expires' | 'opaque') =>
  Object.fromEntries(Object.entries(of).filter(([member]) => member !== name)) as Challenge.Challenge

describe('mpp refuses a challenge that', () => {
  it.each<[string, (of: Challenge.Challenge) => Challenge.Challenge]>([
    ['has another id', (of) => ({ ...of, id: `${of.id.slice(0, -1)}_` })],
    ['has another realm', (of) => ({ ...of, realm: 'other.test' })],
    ['has another amount', (of) => ({ ...of, request: { ...of.request, amount: '1' } })],
    ['has another recipient', (of) => ({ ...of, request: { ...of.request, recipient: usdc } })],
    ['has another currency', (of) => ({ ...of, request: { ...of.request, currency: payTo } })],
    ['has more in its request', (of) => ({ ...of, request: { ...of.request, externalId: 'x' } })],
    ['expires later', (of) => ({ ...of, expires: new Date(nowMs + 9e6).toISOString() })],
    ['never expires', (of) => without(of, 'expires')],
    ['has another digest', (of) => ({ ...of, digest: 'sha-256=:AAAA:' })],
    ['has another quote', (of) => ({ ...of, opaque: Buffer.from('{"quote":"x.y"}').toString('base64url') })],
    ['has no quote', (of) => without(of, 'opaque')],
    ['names another header', (of) => ({ ...of, header: 'X-Other' })],
  ])('%s', async (_, change) => {
    const of = change(challenge('evm'))
    expect(await refusal(toPayment(of, await evmPayload(of)))).toMatch(/^invalid-challenge: This server did not make/)
  })

  it('was made for another request, resource, price, body or host', async () => {
    const of = challenge('evm')
    const value = toPayment(of, await evmPayload(of))
    expect(await refusal(value)).toBe('accepted')
    for (const other of [{ priceMicros: 1n }, { resourceId: '0198c000-0000-7000-8000-000000000002' }, { payouts: [] }])
      expect(await refusal(value, { quote: { ...quote, ...other } })).toMatch(/^invalid-challenge: .*resource or price/)
    expect(await refusal(value, { agentRequest: { ...agentRequest, bodyDigest: 'sha-256=:AAAA:' } })).toMatch(
      /^invalid-challenge: .*digest/,
    )
    const elsewhere = createProtocol({ ...config, realm: () => 'other.test' })
    expect(await refusal(value, { using: elsewhere })).toMatch(/^invalid-challenge: .*host/)
  })

  it('was made by mppx with our secret, but without one of our quotes', async () => {
    const { request, realm, method, intent, expires } = challenge('evm')
    const of = Wire.from({ secretKey: secret, realm, method, intent, request, expires: expires! })
    expect(await refusal(toPayment(of, await evmPayload(of)))).toMatch(/^invalid-challenge: .*resource or price/)
  })

  it('has expired', async () => {
    const of = challenge('evm')
    const value = toPayment(of, await evmPayload(of, { validBefore: String(quote.expiresAtMs / 1000 + 60) }))
    expect(await refusal(value, { atMs: quote.expiresAtMs - 1 })).toBe('accepted')
    expect(await refusal(value, { atMs: quote.expiresAtMs })).toMatch(/^payment-expired/)
  })
})

describe('mpp refuses headers', () => {
  it('with several credentials', async () => {
    const of = challenge('evm')
    const [payment, other] = [toPayment(of, await evmPayload(of)), toPayment(of, await evmPayload(of, { value: '1' }))]
    expect(await refusal(`${payment}, ${other}`)).toMatch(/^payment-malformed: .*Authorization/)
    const both = new Headers({ authorization: payment, 'payment-authorization': other })
    expect(() => mpp.parse(both)).toThrow(/2 Payment credentials/)
    expect(await refusal(`${payment}, ${payment}`)).toBe('accepted')
  })

  it.each([
    ['nothing', 'Payment'],
    ['no base64url', 'Payment %%%'],
    ['base64 of nothing', `Payment ${Buffer.from('null').toString('base64url')}`],
    ['no challenge', `Payment ${Buffer.from('{}').toString('base64url')}`],
    ['an empty challenge', `Payment ${Buffer.from('{"challenge":{}}').toString('base64url')}`],
  ])('with %s', async (_, value) => expect(await refusal(value)).toMatch(/^malformed-credential/))

  it('with methods and intents without an offer', async () => {
    const of = challenge('evm')
    for (const change of [
      { method: 'card' },
      { intent: 'session' },
      { request: { ...of.request, methodDetails: { chainId: 5 } } },
    ])
      expect(await refusal(toPayment({ ...of, ...change }, {}))).toMatch(/^method-unsupported/)
  })

  it('with text that could not be stored', async () => {
    const of = challenge('evm')
    const value = Credential.serialize({ challenge: of, payload: { ...(await evmPayload(of)), note: '\u0000' } })
    expect(await refusal(value)).toMatch(/^malformed-credential: .*control/)
    const inner = { ...of, request: { ...of.request, note: '\ud800' } }
    expect(await refusal(toPayment(inner, {}))).toMatch(/^malformed-credential/)
  })
})

describe('mpp receipt', () => {
  it('names the method, the transaction and the challenge', () => {
    const [[name, value]] = mpp.receipt({
      wire: 'mpp tempo',
      network: tempo,
      payer: payer.address,
      amountBase: 10_000n,
      txHash: '0xdef',
      settledAtMs: nowMs,
      decoded: { challengeId: 'c1' },
    }) as [[string, string]]
    expect([name, Receipt.deserialize(value)]).toEqual([
      'Payment-Receipt',
      {
        method: 'tempo',
        intent: 'charge',
        status: 'success',
        timestamp: '2026-11-22T12:00:00.000Z',
        reference: '0xdef',
        chainId: 1337,
        challengeId: 'c1',
      },
    ])
  })
})
