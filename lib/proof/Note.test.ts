import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import * as Bytes from './Bytes'
import * as Note from './Note'

// The example of the signed-note format, made by another implementation (golang.org/x/mod/sumdb/note).
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const text = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.
`
const signature = 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='

test('the example of the format verifies', () => {
  const key = Note.parseKey(vkey)
  const bytes = Bytes.fromBase64(signature)
  const signatures = [{ name: 'PeterNeumann', keyId: bytes.slice(0, 4), signature: bytes.slice(4) }]
  const checkpoint = { origin: '', size: 0n, root: new Uint8Array(32) }
  expect(Note.formatKey(key)).toBe(vkey)
  expect(Note.isSigned({ checkpoint, text, signatures }, key)).toBe(true)
  expect(Note.isSigned({ checkpoint, text: text.replace('answer', 'question'), signatures }, key)).toBe(false)
})

describe('a checkpoint', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const key = { name: 'sluice.test/audit', publicKey: new Uint8Array(raw) }
  const checkpoint = { origin: key.name, size: 17n, root: new Uint8Array(32).fill(7) }
  const signed = Note.textOf(checkpoint)
  const note = Note.format(signed, key, sign(null, Buffer.from(signed), privateKey))

  test('comes back as it was signed', () => {
    const parsed = Note.parse(note)
    expect(parsed.checkpoint).toEqual(checkpoint)
    expect(Note.isSigned(parsed, key)).toBe(true)
    expect(note.split('\n').slice(0, 4)).toEqual([
      'sluice.test/audit',
      '17',
      'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=',
      '',
    ])
  })

  test('keeps its signature beside that of a witness', () => {
    const witness = '— witness.example AAAAAAAA\n'
    expect(Note.isSigned(Note.parse(note + witness), key)).toBe(true)
  })

  test('of another size, or by another key, is not signed', () => {
    expect(Note.isSigned(Note.parse(note.replace('\n17\n', '\n18\n')), key)).toBe(false)
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    expect(Note.isSigned(Note.parse(note), { ...key, publicKey: new Uint8Array(other) })).toBe(false)
    expect(Note.isSigned(Note.parse(note), { ...key, name: 'another.test/audit' })).toBe(false)
  })

  test.each([
    ['nothing', ''],
    ['no signature', signed],
    ['a size with a leading zero', note.replace('\n17\n', '\n017\n')],
    ['a negative size', note.replace('\n17\n', '\n-1\n')],
    ['a short root', note.replace('BwcH', '')],
    ['base64 with other bits at its end', note.replace('Bwc=', 'Bwd=')],
    ['no newline at its end', note.trimEnd()],
  ])('%s is refused', (_, wrong) => {
    expect(() => Note.parse(wrong)).toThrow(Error)
  })
})

test.each(['', 'name', 'name+00000000+AAAA', vkey.replace('c74f20a3', 'c74f20a4'), `${vkey}A`])(
  '%s is no key',
  (wrong) => {
    expect(() => Note.parseKey(wrong)).toThrow(Error)
  },
)
