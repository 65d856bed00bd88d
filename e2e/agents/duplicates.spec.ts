import { expect, test } from '@playwright/test'
import { receiptOf, signV1 } from '../clients'
import { balance, blockNumber, evm, journal, readDemo, transfersTo } from '../demo'

const demo = readDemo()
const { fixed } = demo.resources
const { payTo } = demo.merchant

test('200 identical paid requests at once: one transfer, one upstream call, one receipt', async () => {
  const value = await signV1(demo, fixed)
  const fromBlock = (await blockNumber(demo, evm)) + 1n
  const held = await balance(demo, evm, payTo)
  const calls = (await journal(demo)).length

  const answers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await fetch(fixed, { headers: { 'X-PAYMENT': value } })
      return { response, body: await response.text() }
    }),
  )

  const statuses = answers.map(({ response }) => response.status)
  expect(statuses.filter((status) => ![200, 402, 409].includes(status))).toEqual([])
  const served = answers.filter(({ response }) => response.ok)
  expect(served.length).toBeGreaterThan(0)
  expect(new Set(served.map(({ body }) => body)).size).toBe(1)
  expect(new Set(served.map(({ response }) => JSON.stringify(receiptOf(response)))).size).toBe(1)

  expect((await journal(demo)).length - calls).toBe(1)
  expect((await balance(demo, evm, payTo)) - held).toBe(10_000n)
  expect(await transfersTo(demo, evm, payTo, fromBlock)).toBe(1)
})
