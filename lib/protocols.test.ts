import { ExactEvmScheme } from '@x402/evm/exact/client'
import { ExactEvmSchemeV1 } from '@x402/evm/exact/v1/client'
import { decodePaymentResponseHeader, wrapFetchWithPayment, x402Client, x402HTTPClient } from '@x402/fetch'
import { Receipt } from 'mppx'
import { evm as mppEvm, Mppx } from 'mppx/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  acceptedOf,
  agentRequest,
  authorization,
  challengeHash,
  challengeOf,
  challengesOf,
  evm,
  nowMs,
  payer,
  quote,
  sign,
  tempo,
  toBase64,
  toPayment,
  usdc,
} from '@/sandbox/testing/credential-fixture'
import { mppxClient, sells } from '@/sandbox/testing/session-fixture'
import { startProtocolServer, type ProtocolServer } from '@/sandbox/testing/protocol-harness'
import { byName, challengeAll, channelsBy, openQuote, parseAny } from './protocols'

describe('a whole 402', () => {
  it('has exactly these bytes on the wire', () => {
    const { headers, body, decoded } = challengeAll(quote, { ...agentRequest, bodyDigest: 'sha-256=:uS6w:' })
    expect(headers).toMatchInlineSnapshot(`
      [
        [
          "PAYMENT-REQUIRED",
          "eyJ4NDAyVmVyc2lvbiI6MiwiZXJyb3IiOiJQQVlNRU5ULVNJR05BVFVSRSBoZWFkZXIgaXMgcmVxdWlyZWQiLCJyZXNvdXJjZSI6eyJ1cmwiOiJodHRwOi8vc2x1aWNlLnRlc3QvZ2F0ZXdheS9hY21lL3dlYXRoZXI/Y2l0eT1Cb25uIiwiZGVzY3JpcHRpb24iOiJUaGUgd2VhdGhlciwgbm93IiwibWltZVR5cGUiOiJhcHBsaWNhdGlvbi9qc29uIn0sImFjY2VwdHMiOlt7InNjaGVtZSI6ImV4YWN0IiwibmV0d29yayI6ImVpcDE1NTo4NDUzMiIsImFtb3VudCI6IjEwMDAwIiwiYXNzZXQiOiIweDAzNkNiRDUzODQyYzU0MjY2MzRlNzkyOTU0MWVDMjMxOGYzZENGN2UiLCJwYXlUbyI6IjB4OTBGNzliZjZFQjJjNGY4NzAzNjVFNzg1OTgyRTFmMTAxRTkzYjkwNiIsIm1heFRpbWVvdXRTZWNvbmRzIjozMDAsImV4dHJhIjp7Im5hbWUiOiJVU0RDIiwidmVyc2lvbiI6IjIiLCJxdW90ZSI6IklBTUJvZ01nbmhnQUFBQUFBQUdRVHU2OS13QW1OYlBuSmxJOF9fdld0YUUifX1dfQ==",
        ],
        [
          "WWW-Authenticate",
          "Payment id="xfgrcFFVql-lnqYD2qll8abnWQdjgrteqH6Qa2Q7aJ0", realm="sluice.test", method="evm", intent="charge", request="eyJhbW91bnQiOiIxMDAwMCIsImN1cnJlbmN5IjoiMHgwMzZDYkQ1Mzg0MmM1NDI2NjM0ZTc5Mjk1NDFlQzIzMThmM2RDRjdlIiwibWV0aG9kRGV0YWlscyI6eyJjaGFpbklkIjo4NDUzMiwiY3JlZGVudGlhbFR5cGVzIjpbImF1dGhvcml6YXRpb24iXSwiZGVjaW1hbHMiOjZ9LCJyZWNpcGllbnQiOiIweDkwRjc5YmY2RUIyYzRmODcwMzY1RTc4NTk4MkUxZjEwMUU5M2I5MDYifQ", description="The weather, now", digest="sha-256=:uS6w:", expires="2026-11-22T12:04:59.000Z", opaque="eyJxdW90ZSI6IklBTUJvZ01nbmhnQUFBQUFBQUdRVHU2OS13QW1OYlBuSmxJOF9fdld0YUUifQ"",
        ],
        [
          "WWW-Authenticate",
          "Payment id="6aPNEN696_bOOa083g-Wwst970Q-M9JqlWMCfpyJQqw", realm="sluice.test", method="tempo", intent="charge", request="eyJhbW91bnQiOiIxMDAwMCIsImN1cnJlbmN5IjoiMHgyMEMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIiwibWV0aG9kRGV0YWlscyI6eyJjaGFpbklkIjoxMzM3LCJzdXBwb3J0ZWRNb2RlcyI6WyJwdWxsIl19LCJyZWNpcGllbnQiOiIweDkwRjc5YmY2RUIyYzRmODcwMzY1RTc4NTk4MkUxZjEwMUU5M2I5MDYifQ", digest="sha-256=:uS6w:", expires="2026-11-22T12:04:59.000Z", opaque="eyJxdW90ZSI6IklBTUJvZ01nbmhnQUFBQUFBQUdRVHU2OS13QW1OYlBuSmxJOF9fdld0YUUifQ"",
        ],
      ]
    `)
    expect(body).toMatchInlineSnapshot(`
      {
        "accepts": [
          {
            "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "description": "The weather, now",
            "extra": {
              "name": "USDC",
              "version": "2",
            },
            "maxAmountRequired": "10000",
            "maxTimeoutSeconds": 300,
            "mimeType": "application/json",
            "network": "base-sepolia",
            "outputSchema": {
              "input": {
                "method": "GET",
                "type": "http",
              },
            },
            "payTo": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
            "resource": "http://sluice.test/gateway/acme/weather?city=Bonn",
            "scheme": "exact",
          },
        ],
        "challenges": [
          {
            "description": "The weather, now",
            "digest": "sha-256=:uS6w:",
            "expires": "2026-11-22T12:04:59.000Z",
            "id": "xfgrcFFVql-lnqYD2qll8abnWQdjgrteqH6Qa2Q7aJ0",
            "intent": "charge",
            "method": "evm",
            "opaque": "eyJxdW90ZSI6IklBTUJvZ01nbmhnQUFBQUFBQUdRVHU2OS13QW1OYlBuSmxJOF9fdld0YUUifQ",
            "realm": "sluice.test",
            "request": {
              "amount": "10000",
              "currency": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
              "methodDetails": {
                "chainId": 84532,
                "credentialTypes": [
                  "authorization",
                ],
                "decimals": 6,
              },
              "recipient": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
            },
          },
          {
            "description": "The weather, now",
            "digest": "sha-256=:uS6w:",
            "expires": "2026-11-22T12:04:59.000Z",
            "id": "6aPNEN696_bOOa083g-Wwst970Q-M9JqlWMCfpyJQqw",
            "intent": "charge",
            "method": "tempo",
            "opaque": "eyJxdW90ZSI6IklBTUJvZ01nbmhnQUFBQUFBQUdRVHU2OS13QW1OYlBuSmxJOF9fdld0YUUifQ",
            "realm": "sluice.test",
            "request": {
              "amount": "10000",
              "currency": "0x20C0000000000000000000000000000000000000",
              "methodDetails": {
                "chainId": 1337,
                "supportedModes": [
                  "pull",
                ],
              },
              "recipient": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
            },
          },
        ],
        "error": "X-PAYMENT header is required",
        "paymentRequired": {
          "accepts": [
            {
              "amount": "10000",
              "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
              "extra": {
                "name": "USDC",
                "quote": "IAMBogMgnhgAAAAAAAGQTu69-wAmNbPnJlI8__vWtaE",
                "version": "2",
              },
              "maxTimeoutSeconds": 300,
              "network": "eip155:84532",
              "payTo": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
              "scheme": "exact",
            },
          ],
          "error": "PAYMENT-SIGNATURE header is required",
          "resource": {
            "description": "The weather, now",
            "mimeType": "application/json",
            "url": "http://sluice.test/gateway/acme/weather?city=Bonn",
          },
          "x402Version": 2,
        },
        "x402Version": 1,
      }
    `)
    expect(decoded).toMatchInlineSnapshot(`
      [
        {
          "amount": "10000",
          "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
          "extra": {
            "name": "USDC",
            "quote": "IAMBogMgnhgAAAAAAAGQTu69-wAmNbPnJlI8__vWtaE",
            "version": "2",
          },
          "maxTimeoutSeconds": 300,
          "network": "eip155:84532",
          "payTo": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
          "scheme": "exact",
          "x402Version": 2,
        },
        {
          "description": "The weather, now",
          "digest": "sha-256=:uS6w:",
          "expires": "2026-11-22T12:04:59.000Z",
          "id": "xfgrcFFVql-lnqYD2qll8abnWQdjgrteqH6Qa2Q7aJ0",
          "intent": "charge",
          "meta": {
            "quote": "IAMBogMgnhgAAAAAAAGQTu69-wAmNbPnJlI8__vWtaE",
          },
          "method": "evm",
          "realm": "sluice.test",
          "request": {
            "amount": "10000",
            "currency": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "methodDetails": {
              "chainId": 84532,
              "credentialTypes": [
                "authorization",
              ],
              "decimals": 6,
            },
            "recipient": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
          },
        },
        {
          "description": "The weather, now",
          "digest": "sha-256=:uS6w:",
          "expires": "2026-11-22T12:04:59.000Z",
          "id": "6aPNEN696_bOOa083g-Wwst970Q-M9JqlWMCfpyJQqw",
          "intent": "charge",
          "meta": {
            "quote": "IAMBogMgnhgAAAAAAAGQTu69-wAmNbPnJlI8__vWtaE",
          },
          "method": "tempo",
          "realm": "sluice.test",
          "request": {
            "amount": "10000",
            "currency": "0x20C0000000000000000000000000000000000000",
            "methodDetails": {
              "chainId": 1337,
              "supportedModes": [
                "pull",
              ],
            },
            "recipient": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
          },
        },
      ]
    `)
  })

  it('is small enough for every client', () => {
    const payouts = ['eip155:8453', 'eip155:84532', 'eip155:137', 'eip155:1337'].map((network) => ({
      ...quote.payouts[0]!,
      network: network as typeof evm,
    }))
    const { headers } = challengeAll({ ...quote, payouts }, { ...agentRequest, description: 'x'.repeat(500) })
    const challenges = headers.filter(([name]) => name === 'WWW-Authenticate').map(([, value]) => value)
    // draft-httpauth-payment asks for less than 8 KiB each; what they have together, lib/gateway/ChallengeHead.test.ts holds.
    expect(Math.max(...challenges.map((value) => value.length))).toBeLessThan(8 * 1024)
    expect(challenges.map((value) => value.includes('description='))).toEqual([true, false])
  })

  it('has charges and sessions, or sessions only if they are sold alone', async () => {
    const offered = (alone: boolean) => challengeAll(quote, agentRequest, { session: { ...sells, alone } })
    const names = ({ headers, decoded }: ReturnType<typeof offered>) => [
      headers.map(([name]) => name),
      decoded.map(({ intent }) => intent),
    ]
    const many = ['WWW-Authenticate', 'WWW-Authenticate', 'WWW-Authenticate']
    expect(names(offered(false))).toEqual([
      ['PAYMENT-REQUIRED', ...many],
      [undefined, undefined, 'charge', 'charge', 'session'],
    ])
    expect(
      offered(false)
        .decoded.map(({ scheme }) => scheme)
        .slice(0, 2),
    ).toEqual(['exact', 'batch-settlement'])
    expect(offered(false).headers.flat().join('').length).toBeLessThan(8 * 1024)
    expect(names(offered(true))).toEqual([['WWW-Authenticate'], ['session']])
    expect(offered(true).body).toEqual({ challenges: [expect.objectContaining({ intent: 'session' })] })
  })

  it('returns its quote in the credential', () => {
    const token = challengeAll(quote, agentRequest).decoded[0]?.extra as { quote: string }
    const { payouts, ...sealed } = quote
    expect(openQuote(token.quote, quote.resourceId)).toEqual(sealed)
    expect(openQuote(`${token.quote}x`, quote.resourceId)).toBeUndefined()
    expect(payouts).toHaveLength(2)
  })

  it('offers only what this installation serves', () => {
    const payouts = [{ ...quote.payouts[0]!, network: 'eip155:137' as const }]
    expect(challengeAll({ ...quote, payouts }, agentRequest).headers).toEqual([])
  })
})

async function credentials() {
  const message = authorization()
  const payload = { authorization: message, signature: await sign(message) }
  const { headers } = challengeAll(quote, agentRequest)
  const of = challengeOf(headers, 'evm')
  const bound = authorization({ nonce: challengeHash(of) })
  return {
    v1: ['X-PAYMENT', toBase64({ x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload })],
    v2: ['PAYMENT-SIGNATURE', toBase64({ x402Version: 2, accepted: acceptedOf(headers), payload })],
    mpp: ['Authorization', toPayment(of, { type: 'authorization', ...bound, signature: await sign(bound) })],
  } as const
}

describe('parseAny', () => {
  const wireOf = (headers: Headers) => parseAny(headers)?.credential.wire

  it('finds the one credential, or none', async () => {
    const { v1, v2, mpp } = await credentials()
    expect(parseAny(new Headers())).toBeUndefined()
    expect(parseAny(new Headers({ authorization: 'Bearer x' }))).toBeUndefined()
    expect(wireOf(new Headers([[...v1]]))).toBe('x402 v1')
    expect(wireOf(new Headers([[...v1], ['authorization', 'Bearer x']]))).toBe('x402 v1')
    expect(wireOf(new Headers([[...v2]]))).toBe('x402 v2')
    const found = parseAny(new Headers([[...mpp]]))
    if (found?.kind !== 'payment') throw new Error('no payment')
    expect(found.credential.wire).toBe('mpp evm')
    expect(await byName('mpp').authorize(found.credential, quote, agentRequest, nowMs)).toMatchObject({
      scheme: 'charge',
    })
  })

  it('distinguishes a session from a charge', async () => {
    const { headers } = challengeAll(quote, agentRequest, { session: sells })
    const challenge = challengesOf(headers).find(({ intent }) => intent === 'session')
    const value = await mppxClient().pay(challenge!)
    const found = parseAny(new Headers({ authorization: value }))
    if (found?.kind !== 'channel') throw new Error('no session')
    const sealed = openQuote(found.credential.quoteToken, quote.resourceId)
    const asked = sealed && { ...sealed, payouts: quote.payouts }
    expect(channelsBy('mpp').terms(found.credential, asked, nowMs).quote).toEqual(quote)
    const { v1 } = await credentials()
    expect(() => parseAny(new Headers([[...v1], ['authorization', value]]))).toThrow(/two protocols/)
  })

  it('accepts one payment in both headers, or twice in one; of two different ones it reads PAYMENT-SIGNATURE', async () => {
    const { v1, v2, mpp } = await credentials()
    const other = (await credentials()).v1
    const alone = parseAny(new Headers([[...v2]]))
    expect(parseAny(new Headers([[...v1], [...v2]]))).toEqual(alone)
    expect(parseAny(new Headers([[...v2], ['X-PAYMENT', v2[1]]]))).toEqual(alone)
    expect(parseAny(new Headers([[...other], [...v2]]))).toEqual(alone)
    expect(parseAny(new Headers([['X-PAYMENT', 'nonsense'], [...v2]]))).toEqual(alone)
    expect(parseAny(new Headers([[...v2], [...v2]]))).toEqual(alone)
    const twice = new Headers([[...mpp], ['Payment-Authorization', mpp[1]]])
    expect(parseAny(twice)).toEqual(parseAny(new Headers([[...mpp]])))
  })

  it.each(['v1', 'v2'] as const)('refuses two different payments in one header of %s', async (name) => {
    const [[header, one], [, other]] = [(await credentials())[name], (await credentials())[name]]
    const headers = new Headers([
      [header, one],
      [header, other],
    ])
    expect(() => parseAny(headers)).toThrow(
      expect.objectContaining({ code: 'payment-malformed', message: expect.stringContaining(header) }),
    )
  })

  it.each([
    [['v1', 'mpp'], 'X-PAYMENT, Authorization'],
    [['v2', 'mpp'], 'PAYMENT-SIGNATURE, Authorization'],
    [['v1', 'v2', 'mpp'], 'PAYMENT-SIGNATURE, X-PAYMENT, Authorization'],
  ] as const)('refuses %s together and names the headers', async (names, expected) => {
    const all = await credentials()
    const headers = new Headers(names.map((name) => [...all[name]] as [string, string]))
    expect(() => parseAny(headers)).toThrow(
      expect.objectContaining({ code: 'payment-malformed', message: expect.stringContaining(expected) }),
    )
  })
})

// The official clients, unmodified. They need no chain for EIP-3009: they only sign.
describe('an official client buys by', () => {
  let seller: ProtocolServer
  beforeAll(async () => {
    seller = await startProtocolServer({ networks: [evm, tempo] })
  })
  afterAll(() => seller.close())

  it('@x402/fetch (v2)', async () => {
    const client = new x402Client().register(evm, new ExactEvmScheme(payer))
    const answer = await wrapFetchWithPayment(fetch, client)(seller.url)
    expect([answer.status, await answer.json(), seller.refused]).toEqual([200, { sold: 'x402 v2' }, []])
    expect(decodePaymentResponseHeader(answer.headers.get('PAYMENT-RESPONSE')!)).toMatchObject({
      success: true,
      network: evm,
      payer: payer.address.toLowerCase(),
      amount: '10000',
    })
  })

  it('x402 v1, from the body alone', async () => {
    const client = new x402Client().registerV1('base-sepolia', new ExactEvmSchemeV1(payer))
    const http = new x402HTTPClient(client)
    const demand = await fetch(seller.url)
    // The view of a client that does not know the PAYMENT-REQUIRED header.
    const required = http.getPaymentRequiredResponse(() => null, await demand.json())
    const payload = await client.createPaymentPayload(required)
    const answer = await fetch(seller.url, { headers: http.encodePaymentSignatureHeader(payload) })
    expect([answer.status, await answer.json(), seller.refused]).toEqual([200, { sold: 'x402 v1' }, []])
    expect(decodePaymentResponseHeader(answer.headers.get('X-PAYMENT-RESPONSE')!)).toMatchObject({
      success: true,
      network: 'base-sepolia',
    })
  })

  it('mppx evm, also with a body', async () => {
    const method = mppEvm({
      account: payer,
      networks: [84532],
      currencies: [usdc],
      authorization: { name: 'USDC', version: '2' },
      decimals: 6,
      maxAmount: '1',
    })
    const mppx = Mppx.create({ polyfill: false, methods: [method] })
    for (const init of [{}, { method: 'POST', body: '{}' }]) {
      const answer = await mppx.fetch(seller.url, init)
      expect([answer.status, await answer.json(), seller.refused]).toEqual([200, { sold: 'mpp evm' }, []])
      expect(Receipt.fromResponse(answer)).toMatchObject({ method: 'evm', status: 'success', chainId: 84532 })
    }
  })
})
