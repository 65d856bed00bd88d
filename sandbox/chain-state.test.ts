import { expect, test } from 'vitest'
import { thin } from './chain-state'

const hex = (value: number) => `0x${value.toString(16)}`

/** A chain of `blocks` blocks with one transaction in each of `busy`. */
function stateOf(blocks: number, busy: readonly number[]) {
  return {
    best_block_number: blocks,
    accounts: { '0xaa': { balance: '0x1' } },
    blocks: Array.from({ length: blocks + 1 }, (_, number) => ({ header: { number: hex(number) }, transactions: [] })),
    transactions: busy.map((number) => ({
      info: { traces: [{ depth: 0 }], gas_used: 21_000 },
      block_hash: hex(number),
      block_number: number,
    })),
  }
}

const numbersOf = (state: ReturnType<typeof thin>) => state.blocks.map((block) => Number(block.header.number))

test('keeps the last blocks, and older ones that hold a kept transaction', () => {
  const numbers = numbersOf(thin(stateOf(1_000, [3, 500])))
  expect(numbers.slice(0, 3)).toEqual([3, 500, 745])
  expect(numbers.at(-1)).toBe(1_000)
})

test('a transaction is kept only together with its block', () => {
  const busy = Array.from({ length: 3_000 }, (_, index) => index + 1)
  const state = thin(stateOf(10_000, busy))
  const kept = new Set(numbersOf(state))
  expect(state.transactions).toHaveLength(1_000)
  expect(state.transactions.every((transaction) => kept.has(Number(transaction.block_number)))).toBe(true)
  expect(state.transactions[0]?.block_number).toBe(2_001)
})

test('drops traces and leaves everything else as it is', () => {
  const state = thin(stateOf(10, [4]))
  expect(state.transactions[0]?.info).toEqual({ traces: [], gas_used: 21_000 })
  expect(state).toMatchObject({ accounts: { '0xaa': { balance: '0x1' } }, best_block_number: 10 })
  expect(state.blocks).toHaveLength(11)
})
