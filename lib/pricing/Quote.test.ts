import { describe, expect, it } from 'vitest'
import { Quote } from '.'

const [secret, other] = ['a'.repeat(32), 'b'.repeat(32)]
const resource = {
  id: '6f2b1c1e-2d3f-4a5b-8c7d-9e0f1a2b3c4d',
  revision: 3,
  priceMicros: 10_000n,
  payouts: [{ network: 'eip155:84532' as const, payTo: '0x1111111111111111111111111111111111111111' as const }],
}
const random = '7c9e6679-7425-40de-944b-e07fc1f90ae7'
const quote = Quote.from(resource, random, 1_700_000_000_000)
const { payouts: _payouts, ...sealed } = quote
const basis = Quote.basisOf({ query: 'limit=5', bodyDigest: 'sha-256=:x:' })

const open = (token: string, secrets = [secret]) => Quote.open(token, resource.id, secrets)

describe('Quote', () => {
  it('lives for five minutes, and its id tells when it began', () => {
    expect(quote.expiresAtMs - quote.issuedAtMs).toBe(300_000)
    expect(quote.id).toBe('018bcfe5-6800-7000-8000-e07fc1f90ae7')
  })

  it('comes back from its token as it was, but for what stands with its revision', () => {
    expect(open(Quote.seal(quote, secret))).toEqual(sealed)
  })

  it('keeps that it is metered, and for which request it was made', () => {
    const metered = Quote.from({ ...resource, metered: { scale: 5_000 }, basis }, random, 1_700_000_000_000)
    expect({ ...open(Quote.seal(metered, secret)), payouts: resource.payouts }).toEqual(metered)
    expect(Quote.basisOf({ query: 'limit=6', bodyDigest: 'sha-256=:x:' })).not.toBe(basis)
    expect(quote).not.toHaveProperty('metered')
  })

  it('has a token of at most 90 characters, whatever it says', () => {
    expect(Quote.seal(quote, secret).length).toBeLessThan(50)
    const priceMicros = 10n ** 24n
    const most = { ...resource, revision: 2 ** 31 - 1, priceMicros, metered: { scale: 10_000 }, basis }
    const token = Quote.seal(Quote.from(most, random, 2 ** 48 - 1), secret)
    expect(token.length).toBeLessThan(90)
    expect(open(token)).toMatchObject({ revision: 2 ** 31 - 1, priceMicros, basis, issuedAtMs: 2 ** 48 - 1 })
  })

  it('is still honoured under the previous secret while one is rotated', () => {
    expect(open(Quote.seal(quote, other), [secret, other])).toEqual(sealed)
    expect(open(Quote.seal(quote, other), [secret])).toBeUndefined()
  })

  it('is of its resource only', () => {
    expect(Quote.open(Quote.seal(quote, secret), resource.id.replace('6', '7'), [secret])).toBeUndefined()
  })

  it('is refused when any bit of the token is another', () => {
    for (const of of [
      quote,
      Quote.from({ ...resource, metered: { scale: 5_000 }, basis }, random, 1_700_000_000_000),
    ]) {
      const bytes = Buffer.from(Quote.seal(of, secret), 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        expect(open(changed.toString('base64url')), `bit ${bit}`).toBeUndefined()
      }
    }
  })

  it('is refused in any other spelling, cut, or longer', () => {
    const token = Quote.seal(quote, secret)
    for (let index = 0; index < token.length; index++) {
      const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1)
      // The last character of base64url may carry unused bits.
      expect(open(changed), `character ${index}`).toBeUndefined()
      expect(open(token.slice(0, index)), `${index} characters`).toBeUndefined()
    }
    for (const text of [
      `${token}=`,
      `${token}A`,
      ` ${token}`,
      `${token}.`,
      `=${token}`,
      '',
      '.',
      '====',
      'A'.repeat(9_999),
    ])
      expect(open(text)).toBeUndefined()
  })
})
