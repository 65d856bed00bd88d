import { createHash } from 'node:crypto'
import { toHex, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import { Erc20 } from '@/lib/chains'
import { compareInclusion } from './compare-inclusion'
import * as Simulation from './Simulation'

const [token, alice, bob, carol] = [1, 2, 3, 4].map((at) => toHex(at, { size: 20 })) as [Hex, Hex, Hex, Hex]
const zero = toHex(0, { size: 20 })
const word = (value: Hex | bigint): Hex => toHex(BigInt(value), { size: 32 })

const moved = (from: Hex, to: Hex, amount: bigint, address: string = token) => ({
  address,
  topics: [Erc20.transferTopic, word(from), word(to)],
  data: word(amount),
  logIndex: 0,
})
const native = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE'

function simulated(logs: readonly ReturnType<typeof moved>[], gasUsed = 100_000n): Simulation.Simulation {
  const transfers = Simulation.transfersOf(logs)
  const made = { ok: true, method: 'eth_simulateV1', gasUsed: gasUsed.toString(), transfers } as const
  return { ...made, changes: Simulation.changesOf(transfers) }
}

describe('transfers', () => {
  it('are read from logs: tokens, single pieces, native moves, and nothing else', () => {
    const piece = {
      address: token,
      topics: [Erc20.transferTopic, word(alice), word(bob), word(77n)],
      data: '0x' as Hex,
    }
    const other = { address: token, topics: [word(9n), word(alice), word(bob)], data: word(1n) }
    const short = { ...moved(alice, bob, 1n), data: '0x01' as Hex }
    expect(Simulation.transfersOf([moved(alice, bob, 5n), piece, moved(bob, carol, 6n, native), other, short])).toEqual(
      [
        { asset: token, from: alice, to: bob, amount: '5' },
        { asset: token, from: alice, to: bob, amount: '1', tokenId: '77' },
        { asset: 'native', from: bob, to: carol, amount: '6' },
      ],
    )
  })

  it('add up to what each account gains and loses', () => {
    const logs = [moved(alice, bob, 5n), moved(bob, carol, 5n), moved(zero, alice, 3n), moved(carol, bob, 1n, native)]
    expect(Simulation.changesOf(Simulation.transfersOf(logs))).toEqual([
      { account: alice, asset: token, amount: '-2' },
      { account: carol, asset: token, amount: '5' },
      { account: carol, asset: 'native', amount: '-1' },
      { account: bob, asset: 'native', amount: '1' },
    ])
  })
})

describe('a digest', () => {
  const one = simulated([moved(alice, bob, 5n)])

  it('is that of the effects, not of the gas, the block or the state', () => {
    const later = { ...one, gasUsed: '1', blockNumber: '9', state: [], predecessors: 3 }
    expect(Simulation.digestOf(later)).toBe(Simulation.digestOf(one))
    const text =
      `{"changes":[{"account":"${alice}","amount":"-5","asset":"${token}"},` +
      `{"account":"${bob}","amount":"5","asset":"${token}"}],"ok":true,` +
      `"transfers":[{"amount":"5","asset":"${token}","from":"${alice}","to":"${bob}"}]}`
    expect(Simulation.digestOf(one)).toBe(`0x${createHash('sha256').update(text).digest('hex')}`)
  })

  it('is another for another success, amount or order', () => {
    const two = simulated([moved(alice, bob, 5n), moved(alice, carol, 1n)])
    const turned = simulated([moved(alice, carol, 1n), moved(alice, bob, 5n)])
    const all = [one, { ...one, ok: false }, simulated([moved(alice, bob, 6n)]), two, turned]
    expect(new Set(all.map(Simulation.digestOf)).size).toBe(all.length)
  })
})

describe('a receipt beside its simulation', () => {
  const expected = simulated([moved(alice, bob, 5n), moved(alice, bob, 2n), moved(alice, carol, 9n, native)])
  const happened = { ok: true, gasUsed: 100_000n, logs: [moved(alice, bob, 7n)] }

  it('matches when the same tokens moved between the same parties, in whatever portions', () => {
    expect(compareInclusion(expected, happened)).toEqual({ matched: true, differences: [] })
  })

  it.each([
    ['gas', { gasUsed: 120_000n }, []],
    ['more gas', { gasUsed: 120_001n }, ['gas: 120001 instead of 100000']],
    ['less gas', { gasUsed: 79_999n }, ['gas: 79999 instead of 100000']],
    ['a revert', { ok: false, logs: [] }, ['it reverts, and was to succeed']],
    ['another amount', { logs: [moved(alice, bob, 8n)] }, [`${token} from ${alice} to ${bob}: 8 instead of 7`]],
    [
      'another party',
      { logs: [moved(alice, carol, 7n)] },
      [`${token} from ${alice} to ${bob}: 0 instead of 7`, `${token} from ${alice} to ${carol}: 7 instead of 0`],
    ],
  ])('is told apart by %s', (_, change, differences) => {
    expect(compareInclusion(expected, { ...happened, ...change })).toEqual({
      matched: differences.length === 0,
      differences,
    })
  })

  it('is compared only as far as the simulation knows', () => {
    expect(compareInclusion(null, happened)).toBeUndefined()
    expect(compareInclusion({ ok: true }, happened)).toBeUndefined()
    expect(compareInclusion({ ok: true, method: 'eth_call' }, happened)).toEqual({ matched: true, differences: [] })
    const full = simulated(Array.from({ length: Simulation.transfersMax }, () => moved(alice, bob, 1n)))
    expect(compareInclusion(full, happened)).toMatchObject({ matched: true })
  })
})
