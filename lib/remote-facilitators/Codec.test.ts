import { createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto'
import { parsePaymentPayload } from '@x402/core/schemas'
import { describe, expect, it } from 'vitest'
import type { Payment } from '@/lib/payments'
import * as Breaker from './Breaker'
import { cdpToken } from './cdp-token'
import * as Codec from './Codec'

describe('what an answer to /settle is taken for', () => {
  const hash = `0x${'ab'.repeat(32)}`
  it.each([
    [200, { success: true, transaction: hash, network: 'eip155:1' }, 'claimed'],
    [200, { success: true, transaction: 'nonsense' }, 'claimed'],
    [200, { success: false, errorReason: 'insufficient_funds', transaction: '' }, 'refused'],
    [400, { success: false, errorReason: 'invalid_payload' }, 'refused'],
    [401, { error: 'unauthorized' }, 'refused'],
    // The reference puts all arguments of a call there.
    [200, { success: false, errorReason: 'claim_failed', errorMessage: 'x'.repeat(9_000), transaction: '' }, 'refused'],
    [404, undefined, 'refused'],
    // From here on something may have been sent.
    [200, { success: false, errorReason: 'settlement_pending', transaction: '' }, 'silent'],
    [200, { success: false, errorReason: 'invalid_transaction_state', transaction: hash }, 'silent'],
    [200, { success: false, errorReason: 'unexpected_settle_error' }, 'silent'],
    [500, { success: false, errorReason: 'insufficient_funds' }, 'silent'],
    [502, undefined, 'silent'],
    [200, undefined, 'silent'],
    [302, undefined, 'silent'],
    [408, undefined, 'silent'],
    [200, { success: 'true', transaction: hash }, 'silent'],
  ])('%i %j: %s', (status, body, kind) => {
    expect(Codec.readSettle({ status, body }, 'eip155:1').kind).toBe(kind)
  })
})

describe('a payment as a facilitator gets it', () => {
  const instrument = {
    kind: 'eip3009',
    from: `0x${'11'.repeat(20)}`,
    to: `0x${'22'.repeat(20)}`,
    value: '10000',
    validAfter: '0',
    validBefore: '9999999999',
    nonce: `0x${'33'.repeat(32)}`,
    signature: `0x${'44'.repeat(65)}`,
  } as const
  const payment = {
    instrument,
    network: 'eip155:84532',
    asset: '0x036cbd53842c5426634e7929541ec2318f3dcf7e',
    payTo: instrument.to,
    amountBase: 10_000n,
    scheme: 'charge',
    credential: { challenge: {}, secret: 'of MPP' },
  } as unknown as Payment.Payment

  it('is x402 v2 whatever brought it, and holds nothing else', () => {
    const body = Codec.toBody(payment, 'settle')
    expect(parsePaymentPayload(body?.paymentPayload).success).toBe(true)
    expect(body?.paymentRequirements).toMatchObject({
      scheme: 'exact',
      amount: '10000',
      extra: { name: 'USDC', version: '2' },
    })
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  it('is none for what only we can settle', () => {
    expect(Codec.toBody({ ...payment, instrument: { ...instrument, kind: 'raw' } as never }, 'settle')).toBeUndefined()
  })
})

describe('the circuit', () => {
  it('opens after failures in a row, longer each time, and lets one through afterwards', () => {
    expect([0, 2, 3, 4, 99].map(Breaker.pauseAfter)).toEqual([0, 0, 10_000, 20_000, 600_000])
    expect(Breaker.stateOf(2, 5_000)).toBe('closed')
    expect(Breaker.stateOf(3, 5_000)).toBe('open')
    expect(Breaker.stateOf(3, -1)).toBe('half-open')
  })
})

describe('a token of the Coinbase Developer Platform', () => {
  const request = { method: 'POST', host: 'api.cdp.coinbase.com', path: '/platform/v2/x402/settle' }
  const open = (token: string) => {
    const [header = '', claims = '', signature = ''] = token.split('.')
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
    return {
      header: decode(header),
      claims: decode(claims),
      signed: Buffer.from(`${header}.${claims}`),
      signature: Buffer.from(signature, 'base64url'),
    }
  }
  const der = (key: KeyObject, type: 'pkcs8' | 'spki') =>
    key.export({ format: 'der', type } as never) as unknown as Buffer

  it('is signed by an Ed25519 key for one request and two minutes', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const raw = Buffer.concat([der(privateKey, 'pkcs8').subarray(-32), der(publicKey, 'spki').subarray(-32)])
    const token = open(cdpToken({ keyId: 'key-1', keySecret: raw.toString('base64') }, request, 1_700_000_000_000))
    expect(token.header).toMatchObject({ alg: 'EdDSA', kid: 'key-1', typ: 'JWT' })
    expect(token.claims).toEqual({
      sub: 'key-1',
      iss: 'cdp',
      iat: 1_700_000_000,
      nbf: 1_700_000_000,
      exp: 1_700_000_120,
      uris: ['POST api.cdp.coinbase.com/platform/v2/x402/settle'],
    })
    expect(verify(null, token.signed, publicKey, token.signature)).toBe(true)
  })

  it('is signed by an EC key whose line ends were escaped', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ format: 'pem', type: 'sec1' }).toString().replaceAll('\n', '\\n')
    const token = open(cdpToken({ keyId: 'key-2', keySecret: pem }, request, Date.now()))
    expect(token.header).toMatchObject({ alg: 'ES256' })
    const key = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', token.signed, key, token.signature)).toBe(true)
  })

  it('is none by a key of another kind', () => {
    expect(() => cdpToken({ keyId: 'k', keySecret: 'c2hvcnQ=' }, request, 0)).toThrow('Ed25519')
  })
})
