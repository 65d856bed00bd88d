import { decodeFunctionData, parseAbi } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Eip3009Authorization } from './Eip3009'
import * as Settler from './Settler'

const token = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'
const one: Eip3009Authorization = {
  kind: 'eip3009',
  from: `0x${'a1'.repeat(20)}`,
  to: `0x${'B2'.repeat(20)}`,
  value: '10000',
  validAfter: '0',
  validBefore: '1790000000',
  nonce: `0x${'c3'.repeat(32)}`,
  signature: `0x${'d4'.repeat(64)}1b`,
}
const abi = parseAbi(['function settle(address token, bytes payments)'])
const partsOf = (authorizations: readonly Eip3009Authorization[]) =>
  decodeFunctionData({ abi, data: Settler.settleData(token, authorizations) }).args[1].slice(2)

describe('the packed form', () => {
  it('is one part for each payee, 143 bytes for each payment', () => {
    const other = { ...one, to: `0x${'e5'.repeat(20)}` as const }
    const packed = partsOf([one, other, one])
    const member = `${'a1'.repeat(20)}${'2710'.padStart(32, '0')}${'00'.repeat(5)}006ab13b80${'c3'.repeat(32)}${'d4'.repeat(64)}1b`
    expect(packed).toBe(`${'b2'.repeat(20)}02${member}${member}${'e5'.repeat(20)}01${member}`)
    expect(member).toHaveLength(2 * 143)
  })

  it('begins a new part where a count is full', () => {
    const packed = partsOf(Array.from({ length: 256 }, () => one))
    expect(packed.slice(40, 42)).toBe('ff')
    expect(packed).toHaveLength(2 * (256 * 143 + 2 * 21))
  })

  it('takes what fits it only', () => {
    expect(Settler.takes(one)).toBe(true)
    expect(Settler.takes({ ...one, suffix: '0x8021' })).toBe(false)
    expect(Settler.takes({ ...one, signature: '0x1234' })).toBe(false)
    expect(Settler.takes({ ...one, validBefore: (2n ** 40n).toString() })).toBe(false)
    expect(Settler.takes({ ...one, validBefore: (2n ** 40n - 1n).toString() })).toBe(true)
    expect(Settler.takes({ ...one, value: (2n ** 128n).toString() })).toBe(false)
  })
})
