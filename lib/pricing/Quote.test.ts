import { describe, expect, it } from 'vitest'
import { Quote } from '.'

const [secret, other] = ['a'.repeat(32), 'b'.repeat(32)]
const resource = {
  id: '6f2b1c1e-2d3f-4a5b-8c7d-9e0f1a2b3c4d',
  revision: 3,
  priceMicros: 10_000n,
  payouts: [{ network: 'eip155:84532' as const, payTo: '0x1111111111111111111111111111111111111111' as const }],
}
const quote = Quote.from(resource, 'q1', 1_700_000_000_000)

describe('Quote', () => {
  it('lives for five minutes', () => {
    expect(quote.expiresAtMs - quote.issuedAtMs).toBe(300_000)
  })

  it('comes back from its token as it was', () => {
    expect(Quote.open(Quote.seal(quote, secret), [secret])).toEqual(quote)
  })

  it('keeps that it is metered, and for which request it was made', () => {
    const basis = Quote.basisOf({ query: 'limit=5', bodyDigest: 'sha-256=:x:' })
    const metered = Quote.from({ ...resource, metered: { scale: 5_000 }, basis }, 'q2', 1_700_000_000_000)
    expect(Quote.open(Quote.seal(metered, secret), [secret])).toEqual(metered)
    expect(Quote.basisOf({ query: 'limit=6', bodyDigest: 'sha-256=:x:' })).not.toBe(basis)
    expect(quote).not.toHaveProperty('metered')
  })

  it('is still honoured under the previous secret while one is rotated', () => {
    expect(Quote.open(Quote.seal(quote, other), [secret, other])).toEqual(quote)
    expect(Quote.open(Quote.seal(quote, other), [secret])).toBeUndefined()
  })

  it('is refused when any character of the token is another', () => {
    const token = Quote.seal(quote, secret)
    for (let index = 0; index < token.length; index++) {
      const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1)
      // The last character of base64url carries unused bits; the text is compared, so it counts too.
      expect(Quote.open(changed, [secret]), `character ${index}`).toBeUndefined()
    }
    expect(Quote.open(`${token}.x`, [secret])).toBeUndefined()
    expect(Quote.open('', [secret])).toBeUndefined()
  })
})
