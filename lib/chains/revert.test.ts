import { encodeErrorResult, parseAbi, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import { decodeRevert, describeRevert } from './revert'

const abi = parseAbi([
  'struct Order { address maker; uint256[] amounts; }',
  'error NotFillable(Order order, bool late)',
  'error ERC20InsufficientBalance(address who, uint256 has, uint256 wants)',
])
const who = '0x00000000000000000000000000000000000000AA'
const insufficient = encodeErrorResult({ abi, errorName: 'ERC20InsufficientBalance', args: [who, 1n, 2n] })
const panic = (code: number): Hex => `0x4e487b71${code.toString(16).padStart(64, '0')}`

describe('revert data', () => {
  it('is read by the ABI that came with the call before anything else', () => {
    expect(decodeRevert(insufficient, abi)).toMatchObject({ by: 'abi', args: [{ name: 'who' }, { value: '1' }, {}] })
    expect(decodeRevert(insufficient)).toMatchObject({ by: 'known', args: [{ name: 'sender' }, { value: '1' }, {}] })
  })

  it('may hold tuples and lists', () => {
    const data = encodeErrorResult({
      abi,
      errorName: 'NotFillable',
      args: [{ maker: who, amounts: [1n, 2n] }, true],
    })
    expect(decodeRevert(data, abi)).toEqual({
      by: 'abi',
      name: 'NotFillable',
      selector: data.slice(0, 10),
      message: `NotFillable((${who}, [1, 2]), true)`,
      args: [
        { name: 'order', type: 'tuple', value: { maker: who, amounts: ['1', '2'] } },
        { name: 'late', type: 'bool', value: true },
      ],
    })
  })

  it.each([
    [encodeErrorResult({ abi: parseAbi(['error Error(string)']), args: ['too late'] }), 'too late'],
    [encodeErrorResult({ abi: parseAbi(['error Error(string)']), args: [''] }), 'execution reverted'],
    [panic(0x11), 'panic 17: arithmetic overflow or underflow'],
    [panic(0x12), 'panic 18: division by zero'],
    [panic(0x32), 'panic 50: array index out of bounds'],
    [panic(0x99), 'panic 153: of a kind that Solidity does not name'],
    ['0x', 'execution reverted'],
    ['0x1234', 'execution reverted'],
    ['0xdeadbeef', 'execution reverted: 0xdeadbeef'],
    // Cut short: the selector is known, the rest is not there.
    [insufficient.slice(0, 40) as Hex, 'execution reverted: 0xe450d38c'],
    ['0xd93c0665', 'EnforcedPause()'],
    ['0x39d35496', 'V3TooLittleReceived()'],
    ['0x815e1d64', 'InvalidSigner()'],
  ] as const)('%s reads %s', (data, words) => {
    expect(describeRevert(data)).toBe(words)
  })

  it('survives an ABI that makes no sense', () => {
    const bad = [{ type: 'error', name: '(', inputs: [{ name: 'x', type: 'uint7[[' }] }] as const
    expect(decodeRevert(panic(1), bad)).toMatchObject({ by: 'standard', name: 'Panic' })
  })
})
