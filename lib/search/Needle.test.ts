import { expect, test } from 'vitest'
import * as Needle from './Needle'

const hash = `0x${'aB'.repeat(32)}`

test.each([
  ['  ', { kind: 'nothing' }],
  ['x', { kind: 'nothing' }],
  ['9B2F9F6E-6d7b-4c86-9a6e-0a3f3c1c2b1a ', { kind: 'id', id: '9b2f9f6e-6d7b-4c86-9a6e-0a3f3c1c2b1a' }],
  [hash, { kind: 'hash', hash: hash.toLowerCase() }],
  ['ab'.repeat(32), { kind: 'hash', hash: hash.toLowerCase() }],
  [`0x${'Ff'.repeat(20)}`, { kind: 'address', address: `0x${'ff'.repeat(20)}` }],
  ['RAW|eip155:1337|0xAB', { kind: 'claim', key: 'raw|eip155:1337|0xab' }],
  ['mpp|aBc', { kind: 'claim', key: 'mpp|aBc' }],
  [
    '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU',
    { kind: 'address', address: '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU' },
  ],
  ['5h'.repeat(44), { kind: 'hash', hash: '5h'.repeat(44) }],
  ['svm|solana:EtW|aB', { kind: 'claim', key: 'svm|solana:EtW|aB' }],
  ['42', { kind: 'number', value: '42' }],
  ['100%_\\', { kind: 'word', text: '100%_\\', like: '%100\\%\\_\\\\%' }],
] as const)('%j', (text, needle) => {
  expect(Needle.from(text)).toEqual(needle)
})
