import { expect, it } from 'vitest'
import * as EvmAddress from './EvmAddress'

const address = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'

it.each([
  ['with its checksum', address],
  ['all lower', address.toLowerCase()],
  ['all upper', `0x${address.slice(2).toUpperCase()}`],
  ['digits only', `0x${'01'.repeat(20)}`],
])('takes an address %s', (_, text) => expect(EvmAddress.faultOf(text)).toBeUndefined())

it.each([
  ['two digits are swapped', '0x036CbD53842c5426634e7929541eC2318f3dC7Fe'],
  ['one digit is another', '0x136CbD53842c5426634e7929541eC2318f3dCF7e'],
  ['one letter has another case', '0x036cbD53842c5426634e7929541eC2318f3dCF7e'],
])('refuses one where %s', (_, text) => {
  expect(EvmAddress.faultOf(text)).toMatch(/checksum does not fit/)
  expect(EvmAddress.isMistyped(text)).toBe(true)
  expect(EvmAddress.isMistyped(text.toLowerCase())).toBe(false)
})

it.each(['', '0x', `0X${'ab'.repeat(20)}`, address.slice(0, -1), `${address}0`, address.slice(2), ` ${address}`])(
  'refuses %j',
  (text) => expect(EvmAddress.faultOf(text)).toMatch(/40 hex digits/),
)
