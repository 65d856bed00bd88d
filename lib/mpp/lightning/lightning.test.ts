import canonicalize from 'canonicalize'
import { Challenge as MppxChallenge, Receipt } from 'mppx'
import { describe, expect, it } from 'vitest'
import { hashOf, invoiceDefaults, invoiceOf } from '@/sandbox/testing/invoice-fixture'
import { LightningCharge, parseLightning, verifyLightning } from '.'

const secret = 'test-challenge-secret-of-32-bytes-or-more'
const { preimage, createdAtMs } = invoiceDefaults
const paymentHash = hashOf(preimage)
const bolt11 = invoiceOf()
const nowMs = createdAtMs + 10_000
const binding = { realm: 'pay.example.com', secret, quoteExpiresAtMs: createdAtMs + 300_000 }
const check = { secrets: [secret], realm: 'pay.example.com', nowMs }

/** What a client of the draft sends: id, realm, method, intent, request and expires of the header, and the preimage. */
function credentialFor(challenge = LightningCharge.issue({ bolt11 }, binding), fields: Record<string, unknown> = {}) {
  const header = MppxChallenge.serialize(challenge)
  const of = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1]
  const names = ['id', 'realm', 'method', 'intent', 'request', 'expires']
  const echo = Object.fromEntries(names.map((name) => [name, of(name)]))
  return { challenge: { ...echo, ...fields }, payload: { preimage } }
}
const verify = (credential: unknown, more = {}) => verifyLightning(parseLightning(credential), { ...check, ...more })
const codeOf = (run: () => unknown) => {
  try {
    return run()
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('a challenge', () => {
  it('repeats its invoice, in canonical JSON, and ends with it', () => {
    const challenge = LightningCharge.issue({ bolt11, externalId: 'q1' }, binding)
    expect(challenge).toMatchObject({ method: 'lightning', intent: 'charge', realm: 'pay.example.com' })
    expect(challenge.request).toEqual({
      amount: '40',
      currency: 'sat',
      description: 'weather',
      externalId: 'q1',
      methodDetails: { invoice: bolt11, network: 'regtest', paymentHash },
    })
    const [, encoded = ''] = /request="([^"]*)"/.exec(MppxChallenge.serialize(challenge)) ?? []
    expect(Buffer.from(encoded, 'base64url').toString()).toBe(canonicalize(challenge.request))
    expect(challenge.expires).toBe(new Date(binding.quoteExpiresAtMs).toISOString())
    const long = LightningCharge.issue({ bolt11 }, { ...binding, quoteExpiresAtMs: createdAtMs + 900_500 })
    expect(long.expires).toBe(new Date(createdAtMs + 600_000).toISOString())
  })

  it('has the id that mppx computes', () => {
    expect(MppxChallenge.verify(LightningCharge.issue({ bolt11 }, binding), { secretKey: secret })).toBe(true)
    const bodied = LightningCharge.issue({ bolt11 }, { ...binding, digest: 'sha-256=:x:' })
    expect(MppxChallenge.verify(bodied, { secretKey: secret })).toBe(true)
  })

  it('takes no more than 1,200 bytes of the 402', () => {
    expect(MppxChallenge.serialize(LightningCharge.issue({ bolt11 }, binding)).length).toBeLessThan(1_200)
  })

  it.each([
    ['without an amount', { amountSat: null }, 'needs an invoice with an amount'],
    ['of a network without a name', { network: 'testnet' as const }, 'no Lightning on testnet'],
  ])('is not made of an invoice %s', (_, fields, message) => {
    expect(() => LightningCharge.issue({ bolt11: invoiceOf(fields) }, binding)).toThrow(message)
  })
})

describe('a credential', () => {
  it('proves that its invoice was paid, with what a client of the draft echoes', () => {
    expect(verify(credentialFor())).toEqual({
      challengeId: LightningCharge.issue({ bolt11 }, binding).id,
      paymentHash,
      amountSat: 40n,
      bolt11,
      externalId: undefined,
    })
  })

  it('is bound to the body of its request, which the client does not echo', () => {
    const bodied = LightningCharge.issue({ bolt11 }, { ...binding, digest: 'sha-256=:x:' })
    expect(verify(credentialFor(bodied), { digest: 'sha-256=:x:' })).toMatchObject({ paymentHash })
    expect(codeOf(() => verify(credentialFor(bodied), { digest: 'sha-256=:y:' }))).toBe('lightning-unknown-challenge')
    expect(codeOf(() => verify(credentialFor(bodied)))).toBe('lightning-unknown-challenge')
  })

  it('is taken under the secret before a rotation', () => {
    expect(verify(credentialFor(), { secrets: ['new'.repeat(20), secret] })).toMatchObject({ paymentHash })
  })

  const cheaper = LightningCharge.issue({ bolt11: invoiceOf({ amountSat: 4n }) }, binding)
  it.each([
    ['another id', { id: 'x' }],
    ['another realm', { realm: 'evil.example' }],
    ['another end', { expires: new Date(createdAtMs + 9e6).toISOString() }],
    ['no end', { expires: undefined }],
    ['the request of a cheaper one', { request: credentialFor(cheaper).challenge.request }],
    ['a request that is none', { request: 'e30' }],
  ])('with %s is unknown', (_, fields) => {
    expect(codeOf(() => verify(credentialFor(undefined, fields)))).toBe('lightning-unknown-challenge')
  })

  it('of another server is unknown', () => {
    const foreign = LightningCharge.issue({ bolt11 }, { ...binding, secret: 'f'.repeat(40) })
    expect(codeOf(() => verify(credentialFor(foreign)))).toBe('lightning-unknown-challenge')
    const renamed = LightningCharge.issue({ bolt11 }, { ...binding, realm: 'other.example' })
    expect(codeOf(() => verify(credentialFor(renamed)))).toBe('lightning-unknown-challenge')
  })

  it('ends with its challenge and with its invoice, whichever is first', () => {
    const late = { nowMs: binding.quoteExpiresAtMs }
    expect(codeOf(() => verify(credentialFor(), late))).toBe('lightning-expired-invoice')
    expect(verify(credentialFor(), { nowMs: late.nowMs - 1 })).toMatchObject({ paymentHash })
  })

  it.each([
    ['of another invoice', { preimage: 'b4'.repeat(32) }, 'lightning-invalid-preimage'],
    ['in capitals', { preimage: preimage.toUpperCase() }, 'lightning-malformed-credential'],
    ['too short', { preimage: preimage.slice(2) }, 'lightning-malformed-credential'],
    ['absent', {}, 'lightning-malformed-credential'],
  ])('with a preimage %s is refused, and no error repeats it', (_, payload, code) => {
    let caught: unknown
    try {
      verify({ ...credentialFor(), payload })
    } catch (error) {
      caught = error
    }
    expect(caught).toMatchObject({ code, status: 402 })
    const text = JSON.stringify(caught, Object.getOwnPropertyNames(caught)) + String((caught as Error).message)
    expect(text).not.toContain((payload as { preimage?: string }).preimage ?? 'none')
  })

  it.each([[undefined], ['text'], [{}], [{ challenge: {}, payload: { preimage } }], [{ payload: null }]])(
    'is not %j',
    (decoded) => expect(codeOf(() => parseLightning(decoded))).toBe('lightning-malformed-credential'),
  )

  it('may name its payer, and need not', () => {
    expect(parseLightning({ ...credentialFor(), source: 'did:key:z6Mk' }).source).toBe('did:key:z6Mk')
    expect(parseLightning(credentialFor()).source).toBeUndefined()
  })
})

it('writes a receipt whose reference is the payment hash', () => {
  const text = LightningCharge.receiptOf({ challengeId: 'c1', paymentHash, settledAtMs: nowMs })
  expect(Receipt.deserialize(text)).toMatchObject({ method: 'lightning', reference: paymentHash, status: 'success' })
  expect(JSON.parse(Buffer.from(text, 'base64url').toString())).toEqual({
    challengeId: 'c1',
    method: 'lightning',
    reference: paymentHash,
    status: 'success',
    timestamp: new Date(nowMs).toISOString(),
  })
})
