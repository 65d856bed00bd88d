import { expect, it } from 'vitest'
import type { BulkRefund } from '@/lib/payments'
import { planRefunds } from './bulk-refund-plan'

const usdc = { address: '0xaa', symbol: 'USDC', decimals: 6 }
const dai = { address: '0xbb', symbol: 'DAI', decimals: 18 }
const network = { network: 'eip155:1', name: 'Base', explorer: null } as BulkRefund.RefundCandidate['network']
const of = (id: string, leftBase: string, change: Partial<BulkRefund.RefundCandidate> = {}) => ({
  id,
  payer: '0x1',
  leftBase,
  token: usdc,
  network,
  obstacle: null,
  signerObstacle: null,
  walletObstacle: null,
  ...change,
})
const channel = `0x${'c'.repeat(64)}`

it('sums each token to the base unit and names who is left out and why', () => {
  const candidates = [
    of('one', '10000'),
    of('two', '20001'),
    of('three', '1', { token: dai }),
    of('gone', '0', { obstacle: 'Nothing is left to refund.' }),
    of('far', '5', { signerObstacle: 'There is no refund wallet on Base.' }),
  ]
  const ids = [...candidates.map(({ id }) => id), channel]
  expect(planRefunds(ids, candidates, '', true)).toEqual({
    refunded: 3,
    sums: ['0.030001 USDC on Base', '0.000000000000000001 DAI on Base'],
    leftOut: [
      { id: 'gone', name: '0 USDC left, gone', reason: 'Nothing is left to refund.' },
      { id: 'far', name: '0.000005 USDC left, far', reason: 'There is no refund wallet on Base.' },
      { id: channel, name: '0xcccccc', reason: expect.stringMatching(/^A session/) },
    ],
  })
  const card = of('card', '7', { walletObstacle: 'It goes back the way it came.' })
  expect(planRefunds(['card'], [card], '', false).leftOut).toMatchObject([{ reason: 'It goes back the way it came.' }])
  expect(planRefunds(['card'], [card], '', true).refunded).toBe(1)
  // A wallet of the merchant pays where the refund wallet does not.
  expect(planRefunds(ids, candidates, '', false).refunded).toBe(4)
})

it.each([
  ['0.01', 2, ['0.02 USDC on Base'], []],
  ['0.02', 1, ['0.02 USDC on Base'], ['The amount is more than what is left of it.']],
  ['0.0000001', 0, [], ['This is no amount of USDC.', 'This is no amount of USDC.']],
  ['1,5', 0, [], ['This is no amount of USDC.', 'This is no amount of USDC.']],
  ['0', 0, [], ['Refund more than zero.', 'Refund more than zero.']],
])('an amount of %s for each', (amount, refunded, sums, reasons) => {
  const plan = planRefunds(['one', 'two'], [of('one', '10000'), of('two', '20001')], amount, true)
  expect([plan.refunded, plan.sums, plan.leftOut.map(({ reason }) => reason)]).toEqual([refunded, sums, reasons])
})
