import { expect, test } from '../fixtures'
import { look } from '../look'
import { openSection } from '../resource-form'

/** A merchant tries an API, keeps a draft, puts it on sale, pauses it and the shop, and archives it. */

test('a test request fills the form; a draft is kept, put on sale, paused, and archived', async ({
  signedIn: page,
  demo,
}) => {
  await page.goto('/resources/new')
  await page.getByLabel('Address of your API').fill(`${demo.upstream.baseUrl}/no-such-path-${Date.now()}`)
  await page.getByRole('button', { name: 'Send a test request' }).click()
  await expect(page.getByText('Agents are not charged for an answer like this')).toBeVisible()
  const path = `/echo?made=${Date.now()}`
  await page.getByLabel('Address of your API').fill(`${demo.upstream.baseUrl}${path}`)
  await expect(page.getByText(`/gateway/${demo.merchant.slug}/echo`).first()).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Echo')
  await page.getByRole('button', { name: 'Send a test request' }).click()
  await expect(page.getByText('Media type, example and schema are filled in')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Beginning of the answer' })).toContainText('made')
  await look(page, 'resources-new-tried')
  await openSection(page, 'Directories')
  await expect(page.getByLabel('Example of the answer')).toHaveValue(/"method": "GET"/)
  await expect(page.getByLabel('Answer’s media type')).toHaveValue('application/json')

  // The path of the sample that the demo sells: another one is needed.
  const own = `/states-${Date.now()}`
  await page.getByText('Change', { exact: true }).click()
  await page.getByLabel('Path', { exact: true }).fill(own)
  // A link asks before it leaves, and what was typed is there again.
  await page.getByRole('link', { name: 'Payments', exact: true }).first().click()
  const asking = page.getByRole('dialog', { name: 'Leave without saving?' })
  await asking.getByRole('button', { name: 'Stay' }).click()
  await page.getByRole('link', { name: 'Payments', exact: true }).first().click()
  await asking.getByRole('button', { name: 'Leave' }).click()
  await page.waitForURL(/\/payments/)
  await page.goto('/resources/new')
  await expect(page.getByText('This is what you typed before you left this page')).toBeVisible()
  await expect(page.getByLabel('Path', { exact: true })).toHaveValue(own)

  await page.getByRole('button', { name: 'Save as draft' }).click()
  await page.waitForURL(/\/resources\/[0-9a-f-]{36}$/)
  const url = `${demo.baseUrl}/gateway/${demo.merchant.slug}${own}`
  const status = async () => (await fetch(url)).status
  await expect(page.getByText('Draft', { exact: true })).toBeVisible()
  expect(await status()).toBe(404)
  await look(page, 'resources-draft')

  await page.getByRole('link', { name: 'Finish and put on sale' }).click()
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect.poll(status).toBe(402)

  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible()
  await expect.poll(status).toBe(503)
  const paused = await fetch(url)
  expect([paused.headers.get('retry-after'), ((await paused.json()) as { code: string }).code]).toEqual([
    '600',
    'paused',
  ])
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect.poll(status).toBe(402)

  await page.getByRole('button', { name: 'Archive' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click()
  await expect(page.getByText('Archived', { exact: true })).toBeVisible()
  await expect.poll(status).toBe(404)
  await page.goto('/resources')
  await expect(page.getByText(own)).toHaveCount(0)
  await page.getByRole('link', { name: 'Show archived' }).click()
  await expect(page.getByText(own)).toBeVisible()
})

test('the whole shop is paused and resumed', async ({ signedIn: page, demo }) => {
  const status = async () => (await fetch(demo.resources.fixed)).status
  await page.goto('/resources')
  await page.getByRole('button', { name: 'Pause all sales' }).click()
  try {
    await page.getByRole('dialog').getByRole('button', { name: 'Pause all sales' }).click()
    await expect(page.getByRole('region', { name: 'All sales are paused' })).toBeVisible()
    await expect.poll(status).toBe(503)
    await look(page, 'resources-paused')
  } finally {
    await page.getByRole('button', { name: 'Resume sales' }).click()
    await expect.poll(status).toBe(402)
  }
  await expect(page.getByRole('region', { name: 'All sales are paused' })).toHaveCount(0)
})

test('an endpoint and a rule that are off are archived, and found there', async ({ signedIn: page, demo }) => {
  const url = `${demo.upstream.baseUrl}/hooks?by=${Date.now()}`
  await page.goto('/webhooks')
  await page.getByRole('button', { name: 'Add endpoint' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill(url)
  await dialog.getByRole('button', { name: 'Add endpoint' }).click()
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.waitForURL(/\/webhooks\/[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: 'Switch off' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click()
  await page.getByRole('button', { name: 'Archive' }).click()
  await expect(page.getByText('Archived', { exact: true })).toBeVisible()
  await page.goto('/webhooks')
  await expect(page.getByText(url)).toHaveCount(0)
  await page.getByRole('link', { name: 'Show archived' }).click()
  await expect(page.getByText(url).first()).toBeVisible()
})
