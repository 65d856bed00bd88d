import { expect, test } from '@playwright/test'
import { byCommand, byMppEvm, byMppTempo, byX402, byX402v1, receiptOf, repeat, type Pay } from '../clients'
import { balance, evm, journal, readDemo, tempo } from '../demo'

/** Unmodified clients buy from a running demo; the chain and the upstream's own journal say what happened. */

const demo = readDemo()
const { fixed, post, failing } = demo.resources
const { payTo } = demo.merchant
/** $0.01 in base units of six decimals. */
const price = 10_000n

const clients: { name: string; network: string; pay: Pay; proof: 'transaction' | 'reference' }[] = [
  { name: '@x402/fetch', network: evm, pay: byX402, proof: 'transaction' },
  { name: 'a hand-made x402 v1 client', network: evm, pay: byX402v1, proof: 'transaction' },
  { name: 'mppx/client with evm', network: evm, pay: byMppEvm, proof: 'reference' },
  { name: 'mppx/client with tempo', network: tempo, pay: byMppTempo, proof: 'reference' },
]

/** What changed while `work` ran: calls that reached the upstream, base units that the merchant got. */
async function difference<Result>(network: string, work: () => Promise<Result>) {
  const calls = (await journal(demo)).length
  const held = await balance(demo, network, payTo)
  const result = await work()
  const after = await journal(demo)
  return { result, calls: after.slice(calls), earnedBase: (await balance(demo, network, payTo)) - held }
}

for (const { name, network, pay, proof } of clients) {
  test(`${name} buys one answer for exactly the price`, async () => {
    const first = await difference(network, () => pay(demo, fixed))
    const { response, body } = first.result
    expect(response.status).toBe(200)
    expect(first.earnedBase).toBe(price)
    expect(first.calls).toHaveLength(1)
    expect(first.calls[0]?.method).toBe('GET')
    expect(response.headers.get('cache-control')).toContain('no-store')
    const receipt = receiptOf(response)
    expect(receipt[proof]).toMatch(/^0x[0-9a-f]{64}$/)

    const again = await difference(network, () => repeat(first.result, fixed))
    expect(again.result.status).toBe(200)
    expect(await again.result.text()).toBe(body)
    expect(receiptOf(again.result)).toEqual(receipt)
    expect(again.calls).toEqual([])
    expect(again.earnedBase).toBe(0n)

    for (const other of [`${fixed}?other=1`, demo.resources.expensive]) {
      const foreign = await difference(network, () => repeat(first.result, other))
      expect(foreign.result.status).toBe(402)
      expect(foreign.calls).toEqual([])
      expect(foreign.earnedBase).toBe(0n)
    }
  })

  test(`${name} pays for a request with a body, and for that body only`, async () => {
    const init = (text: string) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })
    const first = await difference(network, () => pay(demo, post, init('one')))
    expect(first.result.response.status).toBe(200)
    expect(first.calls).toHaveLength(1)
    expect(first.earnedBase).toBeGreaterThan(0n)

    const other = await difference(network, () => repeat(first.result, post, init('two')))
    expect(other.result.status).toBe(402)
    expect(other.calls).toEqual([])
    expect(other.earnedBase).toBe(0n)
  })
}

test('the mppx command buys the same answer', async () => {
  const bought = await difference(tempo, () => byCommand(demo, fixed))
  expect(JSON.parse(bought.result)).toMatchObject({ fortune: expect.any(String) })
  expect(bought.earnedBase).toBe(price)
  expect(bought.calls).toHaveLength(1)
})

test('an answer that fails is not charged to an x402 payer', async () => {
  const payerHeld = await balance(demo, evm, demo.payer.address)
  const failed = await difference(evm, () => byX402(demo, failing))
  expect(failed.result.response.status).toBe(502)
  expect(JSON.parse(failed.result.body)).toMatchObject({ code: 'upstream-failed', status: 502 })
  expect(failed.earnedBase).toBe(0n)
  expect(await balance(demo, evm, demo.payer.address)).toBe(payerHeld)
})

test('an answer that fails is refunded to an MPP payer', async () => {
  const payerHeld = await balance(demo, evm, demo.payer.address)
  const { response, body } = await byMppEvm(demo, failing)
  expect(response.status).toBe(502)
  expect(JSON.parse(body)).toMatchObject({ code: 'upstream-failed', status: 502 })
  await expect.poll(() => balance(demo, evm, demo.payer.address), { intervals: [1_000] }).toBe(payerHeld)
})
