import macaroon from 'macaroon'
import { describe, expect, it } from 'vitest'
import { Preimage } from '@/lib/lightning'
import { hashOf } from '@/sandbox/testing/invoice-fixture'
import * as Macaroon from './Macaroon'
import { L402Header, L402Token } from '.'

const secret = 'test-challenge-secret-of-32-bytes-or-more'
const hex = 'a3'.repeat(32)
const preimage = Preimage.parse(hex)!
const nowMs = 1_790_000_000_000
const terms = { paymentHash: hashOf(hex), resource: 'r_weather', quote: 'q_1', expiresAtMs: nowMs + 60_000 }
const token = L402Token.mint(terms, secret)
const check = { secrets: [secret], resource: 'r_weather', nowMs }

const codeOf = (run: () => unknown) => {
  try {
    return run()
  } catch (error) {
    return (error as { code?: string }).code
  }
}
const bytesOf = (text: string) => Buffer.from(text, 'base64')
/** What a holder does with a token: it adds a caveat without knowing the key, by the package's own signature. */
function withCaveat(text: string, caveat: string): string {
  const held = macaroon.importMacaroon(new Uint8Array(bytesOf(text)))
  held.addFirstPartyCaveat(caveat)
  const { identifier, caveats } = Macaroon.read(bytesOf(text))
  const added = { identifier, caveats: [...caveats, Buffer.from(caveat)], signature: Buffer.from(held.signature) }
  return Macaroon.write(added).toString('base64')
}

describe('a token', () => {
  it('commits to the payment hash in the identifier of version 0, and is the same for the same terms', () => {
    const { identifier } = macaroon.importMacaroon(new Uint8Array(Buffer.from(token, 'base64')))
    expect(identifier).toHaveLength(66)
    expect(Buffer.from(identifier.subarray(0, 34)).toString('hex')).toBe(`0000${terms.paymentHash}`)
    expect(L402Token.mint(terms, secret)).toBe(token)
    const other = L402Token.mint({ ...terms, paymentHash: hashOf('b4'.repeat(32)) }, secret)
    const otherId = macaroon.importMacaroon(new Uint8Array(Buffer.from(other, 'base64'))).identifier
    expect(Buffer.from(otherId.subarray(34))).not.toEqual(Buffer.from(identifier.subarray(34)))
  })

  it('proves the payment together with its preimage', () => {
    expect(L402Token.verify(token, preimage, check)).toEqual({ paymentHash: terms.paymentHash, quote: 'q_1' })
    expect(L402Token.verify(token, preimage, { ...check, secrets: ['n'.repeat(40), secret] })).toHaveProperty('quote')
  })

  it.each([
    ['another preimage', 'lightning-invalid-preimage', token, { preimage: Preimage.parse('b4'.repeat(32))! }],
    ['another resource', 'lightning-unknown-challenge', token, { resource: 'r_gold' }],
    ['another secret', 'lightning-unknown-challenge', token, { secrets: ['n'.repeat(40)] }],
    ['a later time', 'lightning-expired-invoice', token, { nowMs: nowMs + 60_000 }],
    ['one letter changed', 'lightning-unknown-challenge', flipped(token), {}],
    ['no macaroon', 'lightning-malformed-credential', 'AAAA', {}],
    ['too many bytes', 'lightning-malformed-credential', 'A'.repeat(4_000), {}],
  ])('is refused with %s', (_, code, text, more) => {
    const { preimage: shown = preimage, ...rest } = more as { preimage?: Preimage }
    expect(codeOf(() => L402Token.verify(text, shown, { ...check, ...rest }))).toBe(code)
  })

  it('can be narrowed by its holder, and never widened', () => {
    const narrowed = withCaveat(token, `valid_until = ${nowMs / 1000 + 10}`)
    expect(L402Token.verify(narrowed, preimage, check)).toHaveProperty('quote', 'q_1')
    expect(codeOf(() => L402Token.verify(narrowed, preimage, { ...check, nowMs: nowMs + 10_000 }))).toBe(
      'lightning-expired-invoice',
    )
    const widened = withCaveat(token, `valid_until=${nowMs / 1000 + 9_999}`)
    expect(codeOf(() => L402Token.verify(widened, preimage, { ...check, nowMs: nowMs + 60_000 }))).toBe(
      'lightning-expired-invoice',
    )
    const cases = ['resource=r_gold', 'quote=q_2', 'valid_until=never']
    for (const caveat of cases)
      expect(codeOf(() => L402Token.verify(withCaveat(token, caveat), preimage, check))).toMatch(/^lightning-/)
    // Of another service: skipped.
    expect(L402Token.verify(withCaveat(token, 'loop_capabilities=in'), preimage, check)).toHaveProperty('quote')
  })

  it('takes about 300 bytes of the 402', () => {
    expect(token.length).toBeLessThan(320)
  })
})

describe('a macaroon', () => {
  const rootKey = Buffer.alloc(32, 7)
  const caveats = ['resource=r_1', `quote=${'q'.repeat(300)}`, 'valid_until=1']
  const ours = Macaroon.create(rootKey, Buffer.from('an identifier'), caveats)

  it('is read and verified by the package', () => {
    const theirs = macaroon.importMacaroon(new Uint8Array(Macaroon.write(ours)))
    const seen: string[] = []
    theirs.verify(rootKey, (caveat) => (seen.push(caveat), null))
    expect(seen).toEqual(caveats)
    expect(() => theirs.verify(Buffer.alloc(32, 8), () => null)).toThrow('signature mismatch')
  })

  it('is read as it was written, also with a location', () => {
    expect(Macaroon.read(Macaroon.write(ours))).toEqual(ours)
    const fields = { version: 2, rootKey, identifier: Buffer.from('x'), location: 'lnd' } as const
    const theirs = Macaroon.read(Buffer.from(macaroon.newMacaroon(fields).exportBinary()))
    expect(Macaroon.isSigned(theirs, rootKey)).toBe(true)
    expect(Macaroon.isSigned(theirs, Buffer.alloc(32))).toBe(false)
  })

  it('cut off anywhere is none', () => {
    const whole = Macaroon.write(ours)
    for (let length = 0; length < whole.length; length++)
      expect(() => Macaroon.read(whole.subarray(0, length))).toThrow(TypeError)
    expect(() => Macaroon.read(Buffer.concat([whole, Buffer.from([0])]))).toThrow('whole')
  })
})

/** Changes a letter inside the signature. */
function flipped(text: string): string {
  const at = text.replaceAll('=', '').length - 6
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}

describe('the headers', () => {
  it('are what old and new clients read', () => {
    expect(L402Header.challengeOf('AA==', 'lnbc1x')).toBe('L402 macaroon="AA==", invoice="lnbc1x", version="0"')
    expect(L402Header.legacyChallengeOf('AA==', 'lnbc1x')).toBe('LSAT macaroon="AA==", invoice="lnbc1x"')
  })

  it.each(['L402', 'LSAT', 'l402'])('read %s', (scheme) => {
    const credential = L402Header.parse(`${scheme} ${token}:${hex}`)
    expect(credential?.token).toBe(token)
    expect(credential?.preimage.reveal()).toBe(hex)
    expect(JSON.stringify(credential)).not.toContain(hex)
  })

  it.each([null, '', 'Bearer x', 'Payment e30', 'L402x y'])('leave %s to others', (text) => {
    expect(L402Header.parse(text)).toBeUndefined()
  })

  it.each([
    'L402',
    'L402 AA==',
    `L402 AA==:${hex.toUpperCase()}`,
    `L402 AA==,BB==:${hex}`,
    `L402 :${hex}`,
    'LSAT AA==:zz',
  ])('refuse %s', (text) => expect(codeOf(() => L402Header.parse(text))).toBe('lightning-malformed-credential'))
})
