import { secp256k1 } from '@noble/curves/secp256k1'
import { expect, it } from 'vitest'
import { parseDer } from './der'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'))

it('reads what another encoder writes, with numbers of any length', () => {
  for (const [r, s] of [
    [1n, 2n],
    [0x7fn, 0x80n],
    [0xffn << 240n, 1n],
    [secp256k1.CURVE.n - 1n, secp256k1.CURVE.n - 2n],
  ] as const)
    expect(parseDer(new secp256k1.Signature(r, s).toDERRawBytes())).toEqual({ r, s })
})

it.each([
  ['nothing', ''],
  ['another tag', '31 06 02 01 01 02 01 01'],
  ['bytes behind the sequence', '30 06 02 01 01 02 01 01 00'],
  ['bytes behind s', '30 07 02 01 01 02 01 01 00'],
  ['a sequence that is cut off', '30 07 02 01 01 02 01 01'],
  ['an integer that is cut off', '30 06 02 01 01 02 02 01'],
  ['one integer', '30 03 02 01 01'],
  ['a negative number', '30 06 02 01 80 02 01 01'],
  ['an empty number', '30 05 02 00 02 01 01'],
  ['a padded number', '30 07 02 02 00 01 02 01 01'],
  ['a long length', '30 81 06 02 01 01 02 01 01'],
])('refuses %s', (_, text) => expect(() => parseDer(hex(text))).toThrow(TypeError))
