import { x402Client } from '@x402/core/client'
import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from '@x402/core/http'
import { parsePaymentRequired } from '@x402/core/schemas'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { describe, expect, it } from 'vitest'
import type { AppError } from '@/lib/errors'
import { Quote } from '@/lib/pricing'
import {
  agentRequest,
  authorization,
  evm,
  nowMs,
  payer,
  payTo,
  quote,
  sign,
  toBase64,
  spellingsOf,
  toHighS,
  usdc,
} from '@/sandbox/testing/credential-fixture'
import { createProtocol } from '.'

const secret = 'secret-of-these-tests-0123456789abcdef'
const x402 = createProtocol({ secrets: () => [secret], serves: () => true })
const token = Quote.seal(quote, secret)
const accepted = {
  scheme: 'exact',
  network: evm,
  amount: '10000',
  asset: usdc,
  payTo,
  maxTimeoutSeconds: 300,
  extra: { name: 'USDC', version: '2', quote: token },
}

/** A signature of 64 bytes, with the parity of the other public key. */
function otherCompact(signature: `0x${string}`): string {
  const other = signature.slice(0, -2) + (signature.endsWith('1b') ? '1c' : '1b')
  return spellingsOf(other as `0x${string}`).compact
}

type Signed = { authorization: ReturnType<typeof authorization>; signature: string }
async function signed(change: Parameters<typeof authorization>[0] = {}, domain = {}): Promise<Signed> {
  const message = authorization(change)
  return { authorization: message, signature: await sign(message, domain) }
}

const v2 = (payload: unknown, change: object = {}) =>
  new Headers({ 'PAYMENT-SIGNATURE': toBase64({ x402Version: 2, accepted: { ...accepted, ...change }, payload }) })
const v1 = (payload: unknown, change: object = {}) =>
  new Headers({
    'X-PAYMENT': toBase64({ x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload, ...change }),
  })

async function pay(headers: Headers, using = x402, atMs = nowMs, quoted = quote) {
  const credential = using.parse(headers)
  if (!credential) throw new Error('no credential')
  return { credential, authorized: await using.authorize(credential, quoted, agentRequest, atMs) }
}

async function refusal(headers: Headers, ...rest: [typeof x402?, number?, typeof quote?]): Promise<string> {
  const error = await pay(headers, ...rest).then(
    () => undefined,
    (thrown: AppError) => thrown,
  )
  return error ? `${error.code}: ${error.message}` : 'accepted'
}

describe('x402 challenge', () => {
  it('is valid under the official schema of each version', () => {
    const { headers, body } = x402.challenge(quote, agentRequest, {})
    expect(headers).toHaveLength(1)
    expect(parsePaymentRequired(decodePaymentRequiredHeader(headers[0]![1])).success).toBe(true)
    expect(parsePaymentRequired(body).success).toBe(true)
  })

  it('says that the money moves first, and the official client reads it', async () => {
    const { headers } = x402.challenge(quote, { ...agentRequest, settlesFirst: true }, {})
    const required = decodePaymentRequiredHeader(headers.find(([name]) => name === 'PAYMENT-REQUIRED')?.[1] ?? '')
    expect(new Set(required.accepts.map(({ extra }) => extra.paymentFlow))).toEqual(new Set(['upfront']))
    const client = new x402Client().register(evm, new ExactEvmScheme(payer))
    // Its makers' rule: an offer that settles after the work comes first, where there is one.
    const [offer] = required.accepts
    if (!offer) throw new Error('no offer')
    const { paymentFlow: _, ...extra } = offer.extra
    const later = { ...offer, extra }
    const chosen = async (accepts: typeof required.accepts) =>
      (await client.createPaymentPayload({ ...required, accepts })).accepted
    expect(await chosen([offer])).toEqual(offer)
    expect(await chosen([offer, later])).toEqual(later)
    const [usual] = decodePaymentRequiredHeader(x402.challenge(quote, agentRequest, {}).headers[0]?.[1] ?? '').accepts
    expect(usual?.extra).not.toHaveProperty('paymentFlow')
  })

  it('takes an echo with the flow, and one without', async () => {
    const request = { ...agentRequest, settlesFirst: true }
    for (const extra of [accepted.extra, { ...accepted.extra, paymentFlow: 'upfront' }]) {
      const credential = x402.parse(v2(await signed(), { extra }))
      if (!credential) throw new Error('no credential')
      expect(await x402.authorize(credential, quote, request, nowMs)).toMatchObject({ scheme: 'exact' })
    }
  })

  it('has the reason why an earlier credential was refused', () => {
    const { headers, body } = x402.challenge(quote, agentRequest, { error: 'payment-expired' })
    expect(decodePaymentRequiredHeader(headers[0]![1]).error).toBe('payment-expired')
    expect(body.error).toBe('payment-expired')
  })

  it('offers served networks with EIP-3009 tokens only', () => {
    const none = createProtocol({ secrets: () => [secret], serves: () => false })
    expect(none.challenge(quote, agentRequest, {})).toMatchObject({ headers: [], body: {}, decoded: [] })
    expect(x402.challenge(quote, agentRequest, {}).decoded.map(({ network }) => network)).toEqual([evm])
  })
})

describe('x402 credential', () => {
  it('is accepted in version 2', async () => {
    const payload = await signed()
    const { credential, authorized } = await pay(v2(payload))
    const { from, nonce } = payload.authorization
    expect(credential).toMatchObject({
      protocol: 'x402',
      wire: 'x402 v2',
      claimKey: `eip3009|${evm}|${usdc}|${from}|${nonce}`.toLowerCase(),
      network: evm,
      amountBase: 10_000n,
      payTo: payTo.toLowerCase(),
      quoteToken: token,
    })
    expect(authorized).toMatchObject({
      scheme: 'exact',
      when: 'after',
      payer: payer.address.toLowerCase(),
      instrument: { kind: 'eip3009', value: '10000', nonce, signature: payload.signature },
    })
  })

  it('is accepted in version 1, which carries no quote', async () => {
    const { credential, authorized } = await pay(v1(await signed()))
    expect(credential.wire).toBe('x402 v1')
    expect(credential.quoteToken).toBeUndefined()
    expect(authorized.challenge).toMatchObject({ x402Version: 1, network: 'base-sepolia', maxAmountRequired: '10000' })
  })

  it('has one claim key in every spelling and version', async () => {
    const { authorization: message, signature } = await signed()
    const shouting = (text: string) => `0x${text.slice(2).toUpperCase()}`
    const loud = {
      signature: shouting(signature),
      authorization: {
        ...message,
        from: shouting(message.from),
        to: shouting(message.to),
        nonce: shouting(message.nonce),
      },
    }
    const [quiet, other, old] = [v2({ authorization: message, signature }), v2(loud), v1(loud)].map((headers) =>
      x402.parse(headers),
    )
    expect(other).toEqual(quiet)
    expect(old?.claimKey).toBe(quiet?.claimKey)
    expect(await refusal(v2(loud))).toBe('accepted')
  })

  it('may add members to extra only', async () => {
    expect(await refusal(v2(await signed(), { extra: { ...accepted.extra, more: [1] } }))).toBe('accepted')
    expect(await refusal(v2(await signed(), { more: 1 }))).toMatch(/^payment-malformed/)
  })

  it('is valid under the previous secret', async () => {
    const rotated = createProtocol({ secrets: () => ['another-secret', secret], serves: () => true })
    expect(await refusal(v2(await signed()), rotated)).toBe('accepted')
    expect(
      await refusal(v2(await signed()), createProtocol({ secrets: () => ['another-secret'], serves: () => true })),
    ).toMatch(/^invalid-challenge/)
  })

  it('is ignored in other headers', () => {
    expect(x402.parse(new Headers({ authorization: 'Bearer x', 'payment-response': 'e30=' }))).toBeUndefined()
  })
})

describe('x402 refuses an echo that differs from our offer:', () => {
  it.each([
    ['amount', { amount: '9999' }, /verification-failed: .*accepted\.amount/],
    ['asset', { asset: payTo }, /verification-failed: .*accepted\.asset/],
    ['payTo', { payTo: usdc }, /verification-failed: .*accepted\.payTo/],
    ['timeout', { maxTimeoutSeconds: 301 }, /verification-failed: .*accepted\.maxTimeoutSeconds/],
    ['domain name', { extra: { ...accepted.extra, name: 'USD Coin' } }, /verification-failed: .*extra\.name/],
    ['domain version', { extra: { ...accepted.extra, version: '1' } }, /verification-failed: .*extra\.version/],
    ['network of the quote', { network: 'eip155:8453' }, /verification-failed: .*network/],
    ['unknown network', { network: 'eip155:5' }, /method-unsupported/],
    ['network alias', { network: 'eip155:084532' }, /method-unsupported/],
    ['scheme', { scheme: 'upto' }, /method-unsupported/],
    ['no quote', { extra: { name: 'USDC', version: '2' } }, /invalid-challenge/],
    ['forged quote', { extra: { ...accepted.extra, quote: `${token}A` } }, /invalid-challenge/],
  ])('%s', async (_, change, expected) => expect(await refusal(v2(await signed(), change))).toMatch(expected))

  it('a quote of another price', async () => {
    const cheaper = { ...quote, priceMicros: 1n }
    expect(await refusal(v2(await signed()), x402, nowMs, cheaper)).toMatch(/invalid-challenge/)
  })

  it('a quote that has expired', async () => {
    const late = await signed({ validBefore: String(quote.expiresAtMs / 1000 + 100) })
    expect(await refusal(v2(late), x402, quote.expiresAtMs - 1)).toBe('accepted')
    expect(await refusal(v2(late), x402, quote.expiresAtMs)).toMatch(/payment-expired/)
  })
})

const seconds = nowMs / 1000
describe.each([
  ['v2', v2],
  ['v1', v1],
] as const)('x402 %s refuses other signed values:', (_, carry) => {
  it.each<[string, Parameters<typeof authorization>[0], RegExp | 'accepted']>([
    ['less money', { value: '9999' }, /verification-failed: .*9999/],
    ['more money', { value: '10001' }, /verification-failed: .*10001/],
    ['no money', { value: '0' }, /verification-failed/],
    ['another recipient', { to: usdc }, /verification-failed: .*recipient/],
    ['another payer', { from: payTo }, /verification-failed: .*"from"/],
    ['not valid yet', { validAfter: String(seconds + 1) }, /payment-expired: .*validAfter/],
    ['expired', { validBefore: String(seconds - 1) }, /payment-expired: .*validBefore/],
    ['under 6 s left', { validBefore: String(seconds + 5) }, /payment-expired: .*validBefore/],
    ['6 s left', { validBefore: String(seconds + 6) }, 'accepted'],
    ['a day', { validBefore: String(seconds + 86_400) }, 'accepted'],
    ['more than a day', { validBefore: String(seconds + 86_401) }, /verification-failed: .*day/],
    ['no end', { validBefore: String(2n ** 256n - 1n) }, /verification-failed: .*day/],
  ])('%s', async (__, change, expected) => {
    const answer = await refusal(carry(await signed(change)))
    if (expected === 'accepted') expect(answer).toBe(expected)
    else expect(answer).toMatch(expected)
  })

  it.each([
    ['chain', { chainId: 8453 }],
    ['token', { verifyingContract: payTo }],
    ['name', { name: 'USD Coin' }],
    ['version', { version: '1' }],
  ])('another domain %s', async (__, domain) =>
    expect(await refusal(carry(await signed({}, domain)))).toMatch(/verification-failed: The signature/),
  )

  it('a changed nonce', async () => {
    const payload = await signed()
    const other = { ...payload, authorization: { ...payload.authorization, nonce: `0x${'11'.repeat(32)}` } }
    expect(await refusal(carry(other))).toMatch(/verification-failed: The signature/)
  })

  it.each<[string, (signature: `0x${string}`) => string, RegExp]>([
    ['high s and the same v', (text) => toHighS(text).slice(0, -2) + text.slice(-2), /verification-failed/],
    ['the other v', (text) => `${text.slice(0, -2)}${text.endsWith('1b') ? '01' : '00'}`, /verification-failed/],
    ['v 29', (text) => `${text.slice(0, -2)}1d`, /verification-failed/],
    ['a flipped v', (text) => text.slice(0, -2) + (text.endsWith('1b') ? '1c' : '1b'), /verification-failed/],
    ['a trailing byte', (text) => `${text}00`, /verification-failed: .*65 bytes/],
    ['the other v in 64 bytes', otherCompact, /verification-failed/],
    ['63 bytes', (text) => text.slice(0, 128), /verification-failed: .*65 bytes/],
    ['zeros', () => `0x${'00'.repeat(64)}1b`, /verification-failed/],
    ['no hex', (text) => text.replace('0x', '0X'), /payment-malformed: .*signature/],
  ])('a signature with %s', async (__, change, expected) => {
    const payload = await signed()
    expect(await refusal(carry({ ...payload, signature: change(payload.signature as `0x${string}`) }))).toMatch(
      expected,
    )
  })

  it('but not another encoding of the same instrument', async () => {
    const payload = await signed()
    const { credential, authorized } = await pay(carry(payload))
    for (const signature of Object.values(spellingsOf(payload.signature as `0x${string}`))) {
      const again = await pay(carry({ ...payload, signature }))
      expect(again.authorized.instrument).toEqual(authorized.instrument)
      expect(again.credential.claimKey).toBe(credential.claimKey)
    }
  })

  const spellings = [
    '',
    ' ',
    '10000 ',
    ' 10000',
    '+10000',
    '-10000',
    '010000',
    '0x2710',
    '0X2710',
    '1e4',
    '10000.0',
    '10_000',
  ]
  const more = [
    '10,000',
    '10000n',
    '１００００',
    '10000\u00a0',
    '00',
    '0b1',
    'NaN',
    'Infinity',
    String(2n ** 256n),
    '9'.repeat(79),
  ]
  it.each([...spellings, ...more])('the amount written as %j', async (value) => {
    const payload = await signed()
    const other = { ...payload, authorization: { ...payload.authorization, value } }
    expect(await refusal(carry(other))).toMatch(/^payment-malformed: .*value/)
  })

  it.each([10_000, null, ['10000'], { gt: 0 }, true])('the amount as %j', async (value) => {
    const payload = await signed()
    expect(await refusal(carry({ ...payload, authorization: { ...payload.authorization, value } }))).toMatch(
      /^payment-malformed: .*value/,
    )
  })

  it('members that are not signed', async () => {
    const payload = await signed()
    expect(await refusal(carry({ ...payload, more: 1 }))).toMatch(/^payment-malformed/)
    const wide = { ...payload, authorization: { ...payload.authorization, more: 1 } }
    expect(await refusal(carry(wide))).toMatch(/^payment-malformed/)
  })

  it('half of a Permit2 payload', async () => {
    const permit = { ...(await signed()), permit2Authorization: {} }
    expect(await refusal(carry(permit))).toMatch(/^payment-malformed: .*permit2Authorization/)
  })
})

describe('x402 refuses headers', () => {
  it('that carry two payments in one', async () => {
    const twice = v1(await signed())
    for (const [name, value] of v1(await signed({ value: '1' }))) twice.append(name, value)
    expect(() => x402.parse(twice)).toThrow(/two payments in X-PAYMENT/)
  })

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no object', toBase64([])],
    ['the other version', toBase64({ x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload: {} })],
  ])('with %s', (_, text) => {
    expect(() => x402.parse(new Headers({ 'PAYMENT-SIGNATURE': text }))).toThrow(/^PAYMENT-SIGNATURE /)
  })
})

describe('x402 receipt', () => {
  const settled = {
    network: evm,
    payer: '0xabc',
    amountBase: 10_000n,
    txHash: '0xdef',
    settledAtMs: nowMs,
    decoded: {},
  }

  it('is written for the version that paid', () => {
    const [[name, value]] = x402.receipt({ ...settled, wire: 'x402 v2' }) as [[string, string]]
    expect([name, decodePaymentResponseHeader(value)]).toEqual([
      'PAYMENT-RESPONSE',
      { success: true, transaction: '0xdef', network: evm, payer: '0xabc', amount: '10000' },
    ])
    const [[oldName, oldValue]] = x402.receipt({ ...settled, wire: 'x402 v1' }) as [[string, string]]
    expect([oldName, decodePaymentResponseHeader(oldValue)]).toEqual([
      'X-PAYMENT-RESPONSE',
      { success: true, transaction: '0xdef', network: 'base-sepolia', payer: '0xabc' },
    ])
  })
})
