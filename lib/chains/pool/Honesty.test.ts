import { expect, it } from 'vitest'
import { agreed, essence } from './Agreement'
import * as RpcHealth from './RpcHealth'
import { doubtNonce, isFrozen, majority } from './Honesty'

it('takes the answer that most endpoints give, and none at a tie', () => {
  expect(majority(['a', 'b', 'a'])).toBe('a')
  expect(majority(['a', 'b', 'a', 'b'])).toBeUndefined()
  expect(majority(['a', 'b'])).toBeUndefined()
  expect(majority(['a', undefined, undefined])).toBeUndefined()
})

it('finds a head that stays while others move', () => {
  const health = RpcHealth.create()
  RpcHealth.sawHead(health, 100n, 1_000)
  RpcHealth.sawHead(health, 100n, 9_000)
  expect(isFrozen(health, 105n, 2_000, 10_999)).toBe(false)
  expect(isFrozen(health, 105n, 2_000, 11_000)).toBe(true)
  // A chain that stands still, and one whose blocks take long.
  expect(isFrozen(health, 102n, 2_000, 60_000)).toBe(false)
  expect(isFrozen(health, 105n, 12_000, 60_999)).toBe(false)
  RpcHealth.sawHead(health, 101n, 11_000)
  expect(isFrozen(health, 106n, 2_000, 11_500)).toBe(false)
})

it('doubts counts that differ, go back or run ahead', () => {
  const honest = { atCommon: 7n, latest: 8n, atOwnHead: 8n }
  expect(doubtNonce(honest, 7n)).toBeUndefined()
  expect(doubtNonce({ ...honest, atCommon: 12n }, 7n)).toMatch('12 transactions of an account where two others count 7')
  expect(doubtNonce({ ...honest, latest: 4n }, 7n)).toMatch('went back to 4')
  expect(doubtNonce({ ...honest, latest: 13n }, 7n)).toMatch("13 is ahead of the chain's 8")
  // Without another endpoint to compare with, there is no doubt.
  expect(doubtNonce({ atCommon: 12n, latest: 13n, atOwnHead: undefined }, undefined)).toBeUndefined()
})

const receipt = {
  transactionHash: '0xAA',
  blockHash: '0xbb',
  status: '0x1',
  gasUsed: '0x5208',
  logs: [{ address: '0xCC', topics: ['0x01'], data: '0x', logIndex: '0x0' }],
}

it('compares what matters, whatever the order of keys, the case and the extras', () => {
  const { logs, ...rest } = receipt
  const other = { logs: [{ ...logs[0], address: '0xcc', blockTimestamp: '0x1' }], l1Fee: '0x9', ...rest }
  const same = (method: string, one: unknown, two: unknown) => essence(method, one) === essence(method, two)
  expect(same('eth_getTransactionReceipt', receipt, other)).toBe(true)
  expect(same('eth_getTransactionReceipt', receipt, { ...receipt, status: '0x0' })).toBe(false)
  expect(same('eth_getTransactionReceipt', receipt, { ...receipt, blockHash: '0xbc' })).toBe(false)
  expect(same('eth_getTransactionReceipt', receipt, { ...receipt, logs: [] })).toBe(false)
  expect(same('eth_getBlockByNumber', { hash: '0xAb', size: '0x1' }, { hash: '0xab' })).toBe(true)
  expect(same('eth_getProof', { a: '0x1', b: '0x2' }, { b: '0x2', a: '0x1' })).toBe(true)
  expect(same('eth_getTransactionCount', '0x1', '0x2')).toBe(false)
})

it('agrees by two alike, and on absence by all', () => {
  const method = 'eth_getTransactionReceipt'
  const other = { ...receipt, blockHash: '0xee' }
  expect(agreed(method, [receipt, receipt])).toBe(receipt)
  expect(agreed(method, [receipt, null, receipt])).toBe(receipt)
  expect(agreed(method, [null, null])).toBeNull()
  expect(agreed(method, [null])).toBeUndefined()
  expect(agreed(method, [])).toBeUndefined()
  expect(agreed(method, [null, null, receipt])).toBeUndefined()
  expect(agreed(method, [receipt, other])).toBeUndefined()
  expect(agreed(method, [receipt, other, receipt, other])).toBeUndefined()
})
