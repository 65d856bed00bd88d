import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Route from './Route'

// These alphabets produce more near misses than random text.
const pieces = [
  ['a', 'B', '1', '/', '//', '.', '..', '%', '%2e', '%2F', '%5c', '%61', '%25', '%2525', '%C3%A9', '%c0', '%0a'],
  [';', ':', '@', '!', "'", '(', '*', '~', '\\', '?', '#', ' ', '\t', '\n', '|', '^', '`', '"', '<', 'é', '\u2028'],
]
const piece = fc.constantFrom(...pieces.flat())
const path = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
  fc.string({ maxLength: 20 }).map((text) => `/${text}`),
  fc.webPath(),
)

describe('Route.decodePath', () => {
  it('accepts only what every URL parser leaves as it is', () => {
    fc.assert(
      fc.property(path, (raw) => {
        const segments = Route.decodePath(raw)
        if (!segments) return
        expect(new URL(`http://host${raw}`).pathname).toBe(raw)
        expect(segments).toHaveLength(raw === '/' ? 0 : raw.split('/').length - 1)
        for (const segment of segments) {
          expect(segment).not.toBe('')
          expect(segment).not.toMatch(/^\.{1,2}$|[/\\\p{Cc}]/u)
        }
      }),
      { numRuns: 20_000 },
    )
  })

  it('fills an upstream URL so that the upstream decodes the same segments, and no more of them', () => {
    fc.assert(
      fc.property(path, (raw) => {
        const segments = Route.decodePath(raw)
        if (!segments || segments.length === 0) return
        const params = Object.fromEntries(segments.map((segment, index) => [`p${index}`, segment]))
        const url = new URL(Route.fill(`http://up/${segments.map((_, index) => `:p${index}`).join('/')}?k=v`, params))
        expect(url.pathname.slice(1).split('/').map(decodeURIComponent)).toEqual(segments)
        expect([url.host, url.search, url.hash]).toEqual(['up', '?k=v', ''])
      }),
      { numRuns: 20_000 },
    )
  })
})
