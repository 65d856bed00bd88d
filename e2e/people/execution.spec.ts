import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { encodeFunctionData, http, parseAbi } from 'viem'
import { byX402 } from '../clients'
import { evm, journal, networkOf, type Demo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'

/** A person who runs executions gets webhooks and alerts, sees what is stuck, and starts it again. */

// Pictures and axe take seconds each on a busy machine.
test.describe.configure({ mode: 'serial' })

const guestbook = '0x00000000000000000000000000000000600D6009'
const guestbookAbi = parseAbi(['function sign(string message) returns (uint256 entry)'])

const calls = async (demo: Demo, query: string) =>
  (await journal(demo)).filter((call) => call.path === '/hooks' && call.query === query).length

test('an endpoint is set up, tested, gets the events of a payment, and gets them again by hand', async ({
  signedIn: page,
  demo,
}) => {
  const query = `by=${Date.now()}`
  await page.goto('/webhooks')
  await page.getByRole('button', { name: 'Add endpoint' }).click()
  const dialog = page.getByRole('dialog')
  const submit = dialog.getByRole('button', { name: 'Add endpoint' })

  // Where it may not send is refused, and says why.
  await dialog.getByLabel('Address').fill('http://127.0.0.1:1/hooks')
  await submit.click()
  await expect(dialog.getByText('Use https: what is sent there names your transactions')).toBeVisible()
  await look(page, 'webhooks-new')

  await dialog.getByLabel('Address').fill(`${demo.upstream.baseUrl}/hooks?${query}`)
  await dialog.getByLabel('Description').fill('Bookkeeping')
  await dialog.getByLabel('Payments').check()
  await submit.click()
  await expect(dialog.getByLabel('signing secret', { exact: true })).toHaveText(/^whsec_/)
  await look(page, 'webhooks-secret')
  await expect(dialog.getByLabel('signing secret', { exact: true })).toBeVisible()
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.waitForURL(/\/webhooks\/[0-9a-f-]{36}$/)

  await page.getByRole('button', { name: 'Send test' }).click()
  await expect(page.getByText(/^Taken: 204 after/)).toBeVisible()
  expect(await calls(demo, query)).toBe(1)

  await byX402(demo, demo.resources.fixed)
  const deliveries = page.getByRole('table', { name: 'Deliveries, newest first' })
  const settled = deliveries.getByRole('row').filter({ hasText: 'payment.settled' })
  await expect(async () => {
    await page.reload()
    await expect(settled.first()).toContainText('Delivered', { timeout: 3_000 })
  }).toPass()
  await look(page, 'webhooks-one')

  const before = await calls(demo, query)
  await settled.first().getByRole('link').first().click()
  await page.waitForURL(/\/webhooks\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/)
  const tries = page.getByRole('table', { name: 'Tries, newest first' }).getByRole('row')
  await expect(tries).toHaveCount(2)
  await page.getByRole('button', { name: 'Resend' }).click()
  await expect(page.getByText(/^Taken: 204 after/)).toBeVisible()
  await expect(tries).toHaveCount(3)
  expect(await calls(demo, query)).toBe(before + 1)
  await look(page, 'webhooks-delivery')

  await page.goto('/webhooks')
  await expect(page.getByRole('row').filter({ hasText: query })).toContainText('On')
  await look(page, 'webhooks')
})

test('an endpoint that refuses is seen to, its secret is rotated, and it is switched off', async ({
  signedIn: page,
  demo,
}) => {
  await page.goto('/webhooks')
  await page.getByRole('row').filter({ hasText: '/hooks?by=' }).first().getByRole('link').first().click()
  await page.waitForURL(/\/webhooks\/[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill(`${demo.upstream.baseUrl}/hooks?status=503&by=edit`)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('status=503')
  await page.getByRole('button', { name: 'Send test' }).click()
  await expect(page.getByText('Not taken: the receiver answered 503.')).toBeVisible()
  await byX402(demo, demo.resources.fixed)
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('Failing')).toBeVisible({ timeout: 3_000 })
    await expect(page.getByText('Waiting').nth(1)).toBeVisible({ timeout: 3_000 })
  }).toPass()
  await look(page, 'webhooks-failing')

  await page.getByRole('button', { name: 'Rotate secret' }).click()
  await dialog.getByRole('button', { name: 'Rotate' }).click()
  await expect(dialog.getByLabel('signing secret', { exact: true })).toHaveText(/^whsec_/)
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByText('and the one before it until')).toBeVisible()

  await page.getByRole('button', { name: 'Switch off' }).click()
  await dialog.getByRole('button', { name: 'Switch off' }).click()
  await expect(page.getByText('It was switched off by hand.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Switch on' })).toBeVisible()
})

test('a rule is set up and switched, and its alerts stand on top until they are over', async ({ signedIn: page }) => {
  await page.goto('/alerts')
  await page.getByRole('button', { name: 'Add rule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Gas low' }).click()
  await dialog.getByLabel(/^Less than, in/).fill('none')
  await dialog.getByRole('button', { name: 'Add rule' }).click()
  await expect(dialog.getByText(/^Write an amount of/)).toBeVisible()
  await look(page, 'alerts-new')
  // More than any signer has: the signers of this network are low at once.
  await dialog.getByLabel(/^Less than, in/).fill('99999999')
  await dialog.getByRole('button', { name: 'Add rule' }).click()
  await expect(dialog).toBeHidden()
  const open = page.getByRole('region', { name: 'Open alerts' })
  await expect(open.getByText('Gas low.').first()).toBeVisible()
  await look(page, 'alerts')

  await page.goto('/')
  await expect(page.getByRole('link', { name: /alerts? (is|are) open/ })).toBeVisible()
  await page.goto('/alerts')
  await page.getByRole('switch', { name: /^A signer holds less than/ }).click()
  await expect(page.getByText('No open alerts')).toBeVisible()
  await expect(page.getByRole('table', { name: 'Resolved alerts, newest first' })).toContainText('Gas low.')
  await look(page, 'alerts-resolved')
})

/** No blocks, or one for every transaction and every second (sandbox/anvil.ts). */
async function setMining(demo: Demo, on: boolean): Promise<void> {
  const { request } = http(networkOf(demo, evm).rpcUrl)({})
  await request({ method: 'evm_setAutomine', params: [on] })
}

/** An API key under the policy of the guestbook, made on its page. */
async function makeKey(page: Page): Promise<string> {
  await page.goto('/keys')
  await page.getByRole('button', { name: 'New API key' }).click()
  await page.getByLabel('Name', { exact: true }).fill(`Stuck ${Date.now()}`)
  await page.getByLabel('Policy').click()
  await page.getByRole('option', { name: 'Guestbook' }).click()
  for (const box of await page.getByRole('dialog').getByRole('checkbox').all()) await box.check()
  await page.getByRole('button', { name: 'Create key' }).click()
  const key = (await page.getByRole('region', { name: 'API key' }).textContent()) ?? ''
  await page.getByRole('button', { name: 'I have copied it' }).click()
  return key
}

/** Asks for a line in the guestbook, and opens the page of its transaction once that is sent. */
async function openStuck(page: Page, demo: Demo, key: string, message: string): Promise<void> {
  const data = encodeFunctionData({ abi: guestbookAbi, args: [message] })
  const response = await fetch(`${demo.baseUrl}/api/v1/transactions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'idempotency-key': randomUUID() },
    body: JSON.stringify({ network: evm, to: guestbook, data }),
  })
  expect([response.status, response.status === 202 ? '' : await response.text()]).toEqual([202, ''])
  const { id } = (await response.json()) as { id: string }
  await page.goto(`/transactions/${id}`)
  await expect(page.getByText('Submitted', { exact: true }).first()).toBeVisible()
}

// It is replaced by itself too, every quarter of a minute, so that its page grows: few pictures.
test.describe('a transaction that no block takes', () => {
  test.beforeEach(({ demo }) => setMining(demo, false))
  test.afterEach(({ demo }) => setMining(demo, true))

  test('is sped up, and then lands by its replacement', async ({ signedIn: page, demo }) => {
    const key = await makeKey(page)
    await openStuck(page, demo, key, 'sped up')
    await page.getByRole('button', { name: 'Speed up' }).click()
    const dialog = page.getByRole('dialog')
    const go = dialog.getByRole('button', { name: 'Speed up' })
    await expect(go).toBeEnabled()
    await look(page, 'transactions-speed-up')
    await go.click()
    await expect(dialog.getByText('It is being replaced with higher fees.')).toBeVisible()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await expect(page.getByRole('heading', { name: 'Speed-up requested' })).toBeVisible()
    await expect(page.getByRole('heading', { name: /signed, with higher fees$/ }).first()).toBeVisible()
    await setMining(demo, true)
    await expect(page.getByRole('heading', { name: /^Included in block/ })).toBeVisible()
  })

  test('is cancelled, and an empty one takes its place', async ({ signedIn: page, demo }) => {
    const key = await makeKey(page)
    await openStuck(page, demo, key, 'never written')
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    const dialog = page.getByRole('dialog')
    const go = dialog.getByRole('button', { name: 'Cancel it' })
    await expect(go).toBeEnabled()
    await go.click()
    await expect(dialog.getByText(/^A transaction that takes its nonce is being sent/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await expect(page.getByText('Cancels', { exact: true })).toBeVisible()
    await setMining(demo, true)
    await expect(page.getByRole('heading', { name: /^Cancelled in block/ })).toBeVisible()
    await look(page, 'transactions-cancelled')
  })
})
