import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AppError } from '@/lib/errors'
import { Quote } from '@/lib/pricing'
import { challengeOf, nowMs, payer, quote, agentRequest, tempo, toPayment } from '@/sandbox/testing/credential-fixture'
import { evmPayload, header, mpp, secret } from '@/sandbox/testing/mpp-fixture'
import { mppxClient, pack, sessionChallenge, sessions, unpack, type Wire } from '@/sandbox/testing/session-fixture'

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: nowMs }))
afterEach(() => vi.useRealTimers())

let open: string
let voucher: string
let topUp: string
let close: string
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs })
  const client = mppxClient()
  const challenge = sessionChallenge()
  open = await client.pay(challenge)
  voucher = await client.pay(challenge)
  const { channelId, descriptor } = unpack(open).payload
  topUp = await client.pay(challenge, { action: 'topUp', channelId, descriptor, additionalDepositRaw: '500' })
  close = await client.pay(challenge, { action: 'close', channelId, descriptor, cumulativeAmountRaw: '20000' })
})

function refusal(value: string): string {
  try {
    return sessions.parse(header(value)) ? 'taken' : 'none'
  } catch (error) {
    const { code, message } = error as AppError
    return `${code}: ${message}`
  }
}

describe('a session credential of mppx’s client', () => {
  it('is parsed for every action', () => {
    const { payload } = unpack(open)
    const lower = (value: unknown) => String(value).toLowerCase()
    const descriptor = Object.fromEntries(
      Object.entries(payload.descriptor).map(([name, value]) => [name, lower(value)]),
    )
    const named = {
      protocol: 'mpp',
      wire: 'mpp tempo session',
      network: tempo,
      channelId: payload.channelId,
      descriptor,
      challengeId: sessionChallenge().id,
      source: `did:pkh:${tempo}:${payer.address}`,
      quoteToken: Quote.seal(quote, secret),
    }
    const { signature } = unpack(voucher).payload
    expect(sessions.parse(header(open))).toEqual({
      ...named,
      action: 'open',
      transaction: payload.transaction,
      cumulativeBase: 10_000n,
      signature: payload.signature,
    })
    expect(sessions.parse(header(voucher))).toEqual({ ...named, action: 'voucher', cumulativeBase: 20_000n, signature })
    expect(sessions.parse(header(close))).toEqual({ ...named, action: 'close', cumulativeBase: 20_000n, signature })
    const { transaction } = unpack(topUp).payload
    expect(sessions.parse(header(topUp))).toEqual({ ...named, action: 'topUp', transaction, addedBase: 500n })
  })

  it('is the same in capitals', () => {
    const shouted = unpack(voucher)
    const { descriptor, signature, channelId } = shouted.payload
    const up = (value: unknown) => `0x${String(value).slice(2).toUpperCase()}`
    shouted.payload = {
      ...shouted.payload,
      channelId: up(channelId),
      signature: up(signature),
      descriptor: Object.fromEntries(Object.entries(descriptor).map(([name, value]) => [name, up(value)])),
    }
    expect(sessions.parse(header(pack(shouted)))).toEqual(sessions.parse(header(voucher)))
  })

  it('is found in either header and next to a Bearer token', () => {
    expect(sessions.parse(new Headers({ 'payment-authorization': voucher, authorization: 'Bearer x' }))).toBeDefined()
    expect(refusal(`Bearer x, ${voucher}`)).toBe('taken')
    expect(refusal(voucher.replace('Payment', 'PAYMENT'))).toBe('taken')
  })
})

describe('session parse', () => {
  it('ignores a credential of another intent', async () => {
    const charge = challengeOf(mpp.challenge(quote, agentRequest, {}).headers, 'evm')
    expect(sessions.parse(new Headers())).toBeUndefined()
    expect(refusal('Bearer x')).toBe('none')
    expect(refusal(toPayment(charge, await evmPayload(charge)))).toBe('none')
    expect(refusal(pack({}))).toBe('none')
    expect(refusal(pack([]))).toBe('none')
  })

  it('refuses several credentials', () => {
    const other = pack({})
    expect(refusal(`${voucher}, ${other}`)).toMatch(/^payment-malformed: .*2 Payment/)
    const both = new Headers({ authorization: voucher, 'payment-authorization': other })
    expect(() => sessions.parse(both)).toThrow(/2 Payment credentials/)
    expect(refusal(`${voucher}, ${voucher}`)).toBe(refusal(voucher))
  })

  it.each([['Payment'], ['Payment %%%'], [`Payment ${Buffer.from('{"a":').toString('base64url')}`]])(
    'refuses %s',
    (value) => expect(refusal(value)).toMatch(/^malformed-credential/),
  )

  const wrong = {
    hex: [undefined, null, 1, '', '0x', '0xzz', ['0x'], `0x${'1'.repeat(39)}`, `${'1'.repeat(40)}`, ' 0x00'],
  }
  const amounts = [undefined, 1, '', '-1', '+1', ' 1', '01', '0x1', '1e3', '1.0', '1_0', String(2n ** 96n)]
  const table: [of: () => string, field: string, values: readonly unknown[]][] = [
    [() => voucher, 'payload.channelId', wrong.hex],
    [() => voucher, 'payload.signature', wrong.hex.filter((value) => value !== '0x00')],
    [() => voucher, 'payload.cumulativeAmount', amounts],
    [() => close, 'payload.cumulativeAmount', amounts],
    [() => open, 'payload.cumulativeAmount', amounts],
    [() => topUp, 'payload.additionalDeposit', amounts],
    [() => open, 'payload.transaction', wrong.hex],
    [() => topUp, 'payload.transaction', wrong.hex],
    [() => open, 'payload.type', [undefined, 1, null]],
    [() => open, 'payload.authorizedSigner', [null, '', `0x${'11'.repeat(20)}`]],
    [() => voucher, 'payload.action', [undefined, 'pay', 'Voucher', null, ['voucher']]],
    [() => voucher, 'payload', [undefined, null, 'x', []]],
    [() => voucher, 'payload.descriptor', [undefined, null, 'x', []]],
    ...['payer', 'payee', 'operator', 'token', 'salt', 'authorizedSigner', 'expiringNonceHash'].map(
      (name): [() => string, string, readonly unknown[]] => [() => voucher, `payload.descriptor.${name}`, wrong.hex],
    ),
    ...['id', 'realm', 'method', 'request'].map((name): [() => string, string, readonly unknown[]] => [
      () => voucher,
      `challenge.${name}`,
      [undefined, null, 1, '', {}],
    ]),
    ...['expires', 'digest', 'opaque', 'header'].map((name): [() => string, string, readonly unknown[]] => [
      () => voucher,
      `challenge.${name}`,
      [null, 1, '', {}],
    ]),
    [
      () => voucher,
      'challenge.request',
      ['%%', 'e30', 'bnVsbA', Buffer.from('{"methodDetails":{"chainId":"1"}}').toString('base64url')],
    ],
    [() => voucher, 'source', [null, 1, '', {}]],
  ]

  it.each(table)('refuses a malformed %2$s and names it', (of, field, values) => {
    for (const value of values) {
      const fresh = unpack(of())
      set(fresh, field, value)
      expect(refusal(pack(fresh)), `${String(value)}`).toMatch(
        new RegExp(`^malformed-credential: The Payment credential ${field}\\b`),
      )
    }
  })

  it('refuses methods and actions without an offer', () => {
    const change = (field: string, value: unknown, of = voucher) => {
      const fresh = unpack(of)
      set(fresh, field, value)
      return refusal(pack(fresh))
    }
    const elsewhere = (chainId: number) =>
      Buffer.from(JSON.stringify({ methodDetails: { chainId } })).toString('base64url')
    expect(change('challenge.method', 'evm')).toMatch(/^method-unsupported/)
    expect(change('challenge.request', elsewhere(5))).toMatch(/^method-unsupported/)
    expect(change('challenge.request', elsewhere(84_532))).toMatch(/^method-unsupported/)
    expect(change('payload.type', 'hash', open)).toMatch(/^method-unsupported/)
  })
})

function set(wire: Wire, field: string, value: unknown): void {
  const names = field.split('.')
  const last = names.pop() ?? ''
  let at = wire as unknown as Record<string, unknown>
  for (const name of names) at = at[name] as Record<string, unknown>
  if (value === undefined) delete at[last]
  else at[last] = value
}
