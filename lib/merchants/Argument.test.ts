import { expect, it } from 'vitest'
import * as Argument from './Argument'

const address = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'
const typo = '0x036CbD53842c5426634e7929541eC2318f3dC7Fe'
const wanted = { from: 'body', name: 'to' } as const
const bring = (to: unknown) => Argument.resolve(wanted, { type: 'address' }, { path: {}, query: {}, body: { to } })

it('takes an address that a request brings with its checksum, or in one case', () => {
  for (const text of [address, address.toLowerCase(), `0x${address.slice(2).toUpperCase()}`])
    expect(bring(text)).toBe(address)
})

it('refuses one whose checksum does not fit, wherever it stands', () => {
  expect(() => bring(typo)).toThrow(/checksum does not fit/)
  const rows = { type: 'tuple[]', components: [{ name: 'owners', type: 'address[2]' }] }
  expect(() => Argument.coerce([{ owners: [address, typo] }], rows)).toThrow(/checksum does not fit/)
  expect(() => bring(7)).toThrow(/must be an address/)
})
