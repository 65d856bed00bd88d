import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { byX402, type Paid } from '../clients'
import type { Demo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'
import { installWallet, walletName } from '../wallet'

// Pictures and axe take seconds each on a busy machine.

function hashOf({ response }: Paid): string {
  const receipt = Buffer.from(response.headers.get('payment-response') ?? '', 'base64').toString()
  return (JSON.parse(receipt) as { transaction: string }).transaction
}

test('an agent signs in with its wallet, sees what it paid, and takes its receipts along', async ({ page, demo }) => {
  const hash = hashOf(await byX402(demo, demo.resources.fixed))
  await installWallet(page, demo.payer.privateKey, 84532)
  await page.goto('/me')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await look(page, 'sign-in-agent')
  await page.getByRole('button', { name: walletName }).click()
  await page.waitForURL('**/me')
  await expect(page.getByRole('heading', { name: 'My spending' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Payments, newest first' })).toContainText(hash)
  await look(page, 'me')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Receipts as CSV' }).click(),
  ])
  const csv = await readFile(await download.path(), 'utf8')
  expect(csv.split('\r\n').find((line) => line.includes(hash))).toContain('delivered,settled')
  // It is no member: the merchants' pages stay closed.
  await page.goto('/payments')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('a merchant denies a wallet, whose next payment is refused, and sells to it again', async ({
  signedIn: page,
  demo,
}) => {
  await byX402(demo, demo.resources.fixed)
  await page.goto('/payers')
  const payer = demo.payer.address.toLowerCase()
  await page
    .getByRole('table', { name: 'Payers' })
    .getByRole('row')
    .filter({ hasText: payer })
    .getByRole('link')
    .click()
  await page.waitForURL(`**/payers/${payer}`)
  try {
    await setAccess(page, 'Denied')
    await expect.poll(() => codeOf(demo)).toBe('payer-denied')
    await look(page, 'payers-one')
  } finally {
    await setAccess(page, 'No rule')
  }
  await expect.poll(() => codeOf(demo)).toBeUndefined()
})

async function setAccess(page: Page, choice: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Access' }).click()
  await page.getByRole('option', { name: choice }).click()
  const saved = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Save' }).click()
  expect((await saved).ok()).toBe(true)
  await expect(page.getByText('Saved. It applies from the next request on.').first()).toBeVisible()
}

/** The problem that a payment's answer is, if it is one. */
async function codeOf(demo: Demo): Promise<string | undefined> {
  const { body, response } = await byX402(demo, demo.resources.fixed)
  return response.ok ? undefined : (JSON.parse(body) as { code: string }).code
}
