import { describe, expect, it } from 'vitest'
import { bytesMax, decodeJson } from './json'

const encode = (text: string | Uint8Array) => Buffer.from(text).toString('base64')

describe('decodeJson', () => {
  it('reads canonical base64 and base64url', () => {
    const value = { a: ['ü~?>', 1, null, { b: true }] }
    expect(decodeJson(encode(JSON.stringify(value)), 'base64')).toEqual(value)
    expect(decodeJson(Buffer.from(JSON.stringify(value)).toString('base64url'), 'base64url')).toEqual(value)
  })

  it.each([
    ['nothing', '', /canonical/],
    ['blanks', ` ${encode('{}')}`, /canonical/],
    ['no padding', encode('{"a":1}').replaceAll('=', ''), /canonical/],
    ['stray low bits', 'e31=', /canonical/],
    ['another alphabet', '_-__', /canonical/],
    ['bytes that are not UTF-8', encode(new Uint8Array([0x22, 0xff, 0x22])), /UTF-8/],
    ['text that is not JSON', encode('{a:1}'), /JSON/],
    ['too many bytes', encode(JSON.stringify('x'.repeat(bytesMax))), /larger/],
    ['a NUL, which jsonb refuses', encode(String.raw`{"a":"\u0000"}`), /control/],
    ['a lone surrogate, which jsonb refuses', encode(String.raw`{"a":"\ud800"}`), /control/],
    ['a NUL in a name', encode(String.raw`{"\u0000":1}`), /name/],
    ['a prototype', encode('{"a":{"__proto__":{"b":1}}}'), /name/],
    ['an infinity', encode('{"a":1e999}'), /range/],
    ['a deep nest', encode('['.repeat(2000) + ']'.repeat(2000)), /deep/],
  ])('refuses %s', (_, text, message) => {
    expect(() => decodeJson(text, 'base64')).toThrow(message)
  })
})
