import { expect, it } from 'vitest'
import * as Address from './Address'

const evm = 'eip155:84532'
const devnet = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'
const mint = '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU'
const token = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'

it('writes an EVM address in lower case and leaves a Solana address as it is', () => {
  expect(Address.canonical(evm, token)).toBe(token.toLowerCase())
  expect(Address.canonical(devnet, mint)).toBe(mint)
  expect(Address.isSame(evm, token, token.toUpperCase().replace('0X', '0x'))).toBe(true)
  expect(Address.isSame(devnet, mint, mint.toLowerCase())).toBe(false)
})

it.each([
  ['an EVM address on Solana', devnet, token],
  ['a Solana address on an EVM chain', evm, mint],
  ['30 bytes', devnet, mint.slice(4)],
  ['a character that base58 lacks', devnet, mint.replace('4', '0')],
  ['a blank', devnet, `${mint} `],
  ['41 digits', evm, `${token}0`],
])('refuses %s', (_, network, text) => {
  expect(Address.isValid(network as 'eip155:1', text)).toBe(false)
  expect(() => Address.canonical(network as 'eip155:1', text)).toThrow(/is not an address of/)
})
