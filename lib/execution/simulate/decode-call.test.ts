import { encodeFunctionData, parseAbi, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import { decodeCall } from './decode-call'

const who = '0x00000000000000000000000000000000000000AA'
const abi = parseAbi(['function transfer(address winner, uint256 prize)', 'function draw(uint256[] numbers)'])
const transfer = encodeFunctionData({ abi, functionName: 'transfer', args: [who, 7n] })

describe('calldata', () => {
  it('is read by the ABI that came with the call', () => {
    expect(decodeCall(transfer, abi)).toEqual({
      selector: '0xa9059cbb',
      by: 'abi',
      name: 'transfer',
      args: [
        { name: 'winner', type: 'address', value: who },
        { name: 'prize', type: 'uint256', value: '7' },
      ],
    })
    const draw = encodeFunctionData({ abi, functionName: 'draw', args: [[1n, 2n]] })
    expect(decodeCall(draw, abi)).toMatchObject({ name: 'draw', args: [{ value: ['1', '2'] }] })
  })

  it('is read by its selector without one', () => {
    expect(decodeCall(transfer)).toMatchObject({
      by: 'known',
      name: 'transfer',
      args: [{ name: 'to' }, { value: '7' }],
    })
    expect(decodeCall('0xd0e30db0')).toMatchObject({ name: 'deposit', args: [] })
  })

  it('that nothing is known of, or that is cut short, stays unread', () => {
    expect(decodeCall('0x')).toBeUndefined()
    expect(decodeCall('0xdeadbeef')).toBeUndefined()
    expect(decodeCall(transfer.slice(0, 60) as Hex)).toBeUndefined()
    expect(decodeCall('0xdeadbeef', [{ type: 'function', name: '(' } as never])).toBeUndefined()
  })
})
