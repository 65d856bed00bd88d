import type { Locator, Page } from '@playwright/test'
import { byX402 } from '../clients'
import { balance, evm, type Demo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'

/** The page Facilitators: other facilitators are added, tested, chosen, caught lying, and left again. */

test.describe.configure({ mode: 'serial' })

const run = Date.now().toString(36)
const honest = `Reference ${run}`
const liar = `Liar ${run}`

const price = 10_000n

async function add(page: Page, name: string, url: string): Promise<void> {
  await page.getByRole('button', { name: 'Add facilitator' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Address').fill(url)
  await dialog.getByLabel('Seconds to answer').fill('5')
  await dialog.getByRole('button', { name: 'Add facilitator' }).click()
  await expect(dialog).toBeHidden()
  await expect(rowOf(page, name)).toBeVisible()
}

const rowOf = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name })

/** Chooses exactly these, in this order, for the EVM chain. */
async function route(page: Page, names: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Edit the route of exact on Base Sepolia' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('checkbox').first()).toBeVisible()
  const chosen = dialog.getByRole('checkbox', { checked: true })
  // A box that is ticked or not moves to another place in the list.
  while ((await chosen.count()) > 0) await chosen.first().click()
  for (const name of names) await dialog.getByRole('checkbox', { name }).click()
  await expect(chosen).toHaveCount(names.length)
  await dialog.getByRole('button', { name: 'Save order' }).click()
  await expect(dialog).toBeHidden()
}

const funds = (demo: Demo) => balance(demo, evm, demo.payer.address)

test('an honest one is added, tested, chosen and settles', async ({ signedIn: page, demo }) => {
  await page.goto('/facilitators')
  await add(page, honest, `${demo.facilitators.baseUrl}/honest`)
  await page.getByRole('button', { name: `Test ${honest} now` }).click()
  await expect(page.getByText(`${honest} answered after`)).toBeVisible()
  await expect(rowOf(page, honest).getByText('Healthy').filter({ visible: true })).toBeVisible()
  await route(page, [honest, 'This server'])
  const before = await funds(demo)
  const { response } = await byX402(demo, demo.resources.fixed)
  expect(response.status).toBe(200)
  expect(await funds(demo)).toBe(before - price)
  await page.reload()
  await expect(rowOf(page, honest).getByText('100 %', { exact: true })).toBeVisible()
})

test('a mistake in the form is said at its field', async ({ signedIn: page }) => {
  await page.goto('/facilitators')
  await page.getByRole('button', { name: 'Add facilitator' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill('https://10.0.0.1/facilitator')
  await dialog.getByRole('button', { name: 'Add facilitator' }).click()
  await expect(dialog.getByText('Name it')).toBeVisible()
  await dialog.getByLabel('Name').fill('Inside')
  await dialog.getByRole('button', { name: 'Add facilitator' }).click()
  await expect(dialog.getByText('not public')).toBeVisible()
  await look(page, 'facilitators-form')
})

test('one that lies gets nothing delivered, and stands among the unknown', async ({ signedIn: page, demo }) => {
  await page.goto('/facilitators')
  await add(page, liar, `${demo.facilitators.baseUrl}/false-success`)
  await route(page, [liar])
  const before = await funds(demo)
  const { response } = await byX402(demo, demo.resources.fixed)
  expect(response.status).toBe(503)
  expect(await funds(demo)).toBe(before)
  await page.reload()
  await rowOf(page, `with ${liar}`).getByRole('button', { name: 'Check the chain now' }).click()
  await expect(page.getByText('The chain shows no transfer yet')).toBeVisible()
  await look(page, 'facilitators')
})

test('the route goes back to this server, and what is left is switched off', async ({ signedIn: page, demo }) => {
  await page.goto('/facilitators')
  await route(page, ['This server'])
  for (const name of [honest, liar]) {
    await page.getByRole('switch', { name: `Send payments to ${name}` }).click()
    await expect(
      rowOf(page, name)
        .filter({ has: page.getByRole('switch') })
        .getByText('Off')
        .filter({ visible: true })
        .first(),
    ).toBeVisible()
  }
  expect((await byX402(demo, demo.resources.fixed)).response.status).toBe(200)
  await page.goto('/audit?type=facilitator')
  await expect(page.getByText('facilitator.upstream_switched').first()).toBeVisible()
})

test('a key gets its limits, and every request is listed', async ({ signedIn: page }) => {
  await page.goto('/keys')
  await page.getByRole('button', { name: 'New API key' }).click()
  const create = page.getByRole('dialog')
  await create.getByLabel('Name').fill(`shop ${run}`)
  await create.getByRole('checkbox', { name: 'Have x402 payments verified and settled' }).check()
  await create.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('button', { name: `Edit the limits of shop ${run}` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Dollars a day').fill('25.5')
  await dialog.getByRole('checkbox', { name: 'Base Sepolia', exact: true }).check()
  await dialog.getByRole('button', { name: 'Save limits' }).click()
  await expect(page.getByText('$25.5 a day')).toBeVisible()
  await look(page, 'keys')
  await page.goto('/facilitators/requests')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await look(page, 'facilitator-requests')
})
