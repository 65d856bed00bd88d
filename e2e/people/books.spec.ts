import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { byX402 } from '../clients'
import { expect, test } from '../fixtures'
import { look } from '../look'
import { insertPastSales } from '../past-sales'

/** A merchant's month: its figures and entries, its files, its close, and the proof of it. */

let folder = ''
let month = ''
test.beforeAll(async ({ demo }) => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-books-'))
  await byX402(demo, demo.resources.fixed)
  month = await insertPastSales(demo)
})
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Opens the menu, takes a file, and returns its path. */
async function download(page: Page, menu: string, item: string): Promise<string> {
  await page.getByRole('button', { name: menu }).click()
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()])
  const file = path.join(folder, saved.suggestedFilename())
  await saved.saveAs(file)
  return file
}

/** Exit code of the offline verifier, and what it says. */
function verifyOffline(file: string): { code: number; output: string } {
  try {
    const output = execFileSync(process.execPath, ['--import', 'tsx', 'scripts/audit-verify.ts', file], {
      encoding: 'utf8',
      env: { NODE_ENV: 'test', PATH: process.env.PATH },
    })
    return { code: 0, output }
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string }
    return { code: status, output: stdout }
  }
}

test('the list is filtered to the minute, saved as a view, labelled, previewed and exported', async ({
  signedIn: page,
}) => {
  await page.goto('/payments')
  await look(page, 'payments-list')
  const tabs = page.getByRole('navigation', { name: 'Payments by outcome' })
  await tabs.getByRole('link', { name: /^Succeeded/ }).click()
  await expect(page).toHaveURL(/kind=payment/)
  await page.getByRole('button', { name: 'Date', exact: true }).click()
  await page.getByRole('button', { name: 'Last month' }).click()
  await expect(page.getByText('10 of 10 payments')).toBeVisible()
  await expect(tabs.getByRole('link', { name: /^Succeeded/ })).toHaveAttribute('aria-current', 'page')
  await look(page, 'payments-dates')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: 'Totals of this list' })).toContainText('0.100045 USDC')

  await page.getByRole('button', { name: 'Save view' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Past sales')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  const view = page.getByRole('group', { name: 'Saved views' }).getByRole('link', { name: 'Past sales' })
  await expect(view).toHaveAttribute('aria-current', 'true')

  const boxes = page.getByRole('checkbox', { name: /^Select the payment/ })
  await boxes.nth(0).check()
  await boxes.nth(1).check()
  const selected = page.getByRole('region', { name: 'Selected payments' })
  await expect(selected).toContainText('2 selected')
  await look(page, 'payments-selected')
  await selected.getByRole('button', { name: 'Label' }).click()
  await page.getByRole('textbox', { name: 'Label' }).fill('Promo')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('cell', { name: 'Promo' })).toHaveCount(2)

  // A row's link and Space: no mouse.
  await page.locator('tbody a[href^="/payments/"]').first().focus()
  await page.keyboard.press('Space')
  const panel = page.getByRole('dialog', { name: /^Payment / })
  await expect(panel).toContainText('Promo')
  await look(page, 'payments-peek')
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)

  await page.getByRole('button', { name: 'View', exact: true }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Compact rows' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Payer' }).click()
  await expect(page).toHaveURL(/rows=compact/)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('columnheader', { name: 'Payer' })).toHaveCount(0)
  await page.getByRole('link', { name: /^Time/ }).click()
  await expect(page).toHaveURL(/order=asc/)
  await page.getByRole('link', { name: /^Amount/ }).click()
  await expect(page.getByRole('table', { name: 'Payments, largest first' })).toBeVisible()
  await page.getByRole('link', { name: /^Amount/ }).click()
  await expect(page.getByRole('table', { name: 'Payments, smallest first' })).toBeVisible()
  await look(page, 'payments-by-amount')

  await view.click()
  await expect(page).not.toHaveURL(/order=asc/)
  await expect(page.getByRole('columnheader', { name: 'Payer' })).toBeVisible()
  const shown = await page
    .locator('tbody a[href^="/payments/"]')
    .evaluateAll((links) =>
      [...new Set(links.map((link) => link.getAttribute('href')?.split('/')[2]))].filter(
        (id) => id && !id.includes('?'),
      ),
    )
  const csv = readFileSync(await download(page, 'Export', 'CSV'), 'utf8')
    .trimEnd()
    .split('\r\n')
  const [head = '', ...rows] = csv
  const idAt = head.split(',').indexOf('id')
  expect(rows.map((row) => row.split(',')[idAt])).toEqual(shown)
})

test('names of wallets are imported, all lines or none', async ({ signedIn: page }) => {
  await page.goto('/payers')
  await page.getByRole('button', { name: 'Import names' }).click()
  const text = page.getByRole('textbox', { name: 'Or paste the lines' })
  await text.fill(`wallet,name,country,vat\n0x12,Wrong\n0x${'c'.repeat(39)}1,Acme Research,DE,DE123456789`)
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click()
  await expect(page.getByText('Line 2: “0x12” is no wallet address.')).toBeVisible()
  await look(page, 'payers-import')
  await text.fill(`0x${'c'.repeat(39)}1,Acme Research,DE,DE123456789`)
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.getByRole('button', { name: 'Silent' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'For 7 days' }).click()
  await expect(page).toHaveURL(/silent=7/)
  await page.keyboard.press('Escape')
  await expect(page.getByText('Acme Research')).toBeVisible()
  await page.getByRole('link', { name: /^Last seen/ }).click()
  await expect(page).toHaveURL(/sort=recent/)
  await page.getByRole('link', { name: /^Last seen/ }).click()
  await expect(page).toHaveURL(/order=asc/)
  await look(page, 'payers-silent')
})

test('a month shows its figures, and each opens the entries that it sums', async ({ signedIn: page }) => {
  await page.goto('/reports')
  await look(page, 'reports')
  await page
    .getByRole('link', { name: new RegExp(`October|${month}`) })
    .or(page.locator(`a[href="/reports/${month}"]`))
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await look(page, 'report-month')
  await page.getByRole('link', { name: 'Payer', exact: true }).click()
  await expect(page).toHaveURL(/by=payer/)
  await look(page, 'report-month-payer')
  await page.getByRole('link', { name: 'Token', exact: true }).click()
  await page.getByRole('link', { name: /^Refunds: 0\.080028 / }).click()
  await expect(page.getByText('8 of 8 entries')).toBeVisible()
  await look(page, 'report-journal')
})

test('the account numbers of the files are the merchant’s', async ({ signedIn: page }) => {
  await page.goto('/reports/settings')
  await look(page, 'report-settings')
  const cash = page.getByRole('textbox', { name: 'Tokens at your pay-to addresses' }).first()
  await cash.fill('12')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Write 4 to 8 digits').first()).toBeVisible()
  await cash.fill('1370')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page).toHaveURL(/reports$/)
  await page.goto(`/reports/${month}`)
  const datev = readFileSync(await download(page, 'Download', 'DATEV posting batch'), 'latin1').split('\r\n')
  expect(datev[0]).toContain('"EXTF";700;21;"Buchungsstapel";13;')
  expect(datev.join('\n')).toContain(';"S";"USD";;;"";1370;1360;')
  for (const name of ['Xero manual journal', 'QuickBooks journal entries'])
    expect(readFileSync(await download(page, 'Download', name), 'utf8').split('\r\n').length).toBeGreaterThan(4)
})

test('a month is closed once, and its sealed file verifies without the server', async ({ signedIn: page }) => {
  await page.goto(`/reports/${month}`)
  await page.getByRole('button', { name: 'Close the month' }).click()
  await look(page, 'report-close')
  await page.getByRole('dialog').getByRole('button', { name: 'Close the month' }).click()
  await expect(page.getByRole('region', { name: 'Closed and sealed' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Close the month' })).toHaveCount(0)
  await look(page, 'report-closed')
  // A checkpoint covers the close within seconds.
  await expect(async () => {
    const answer = await page.request.get(`/reports/${month}/export?format=sealed`)
    expect(answer.status()).toBe(200)
  }).toPass()
  const file = await download(page, 'Download', 'Sealed file')
  const { code, output } = verifyOffline(file)
  expect(output).toContain('34 entries add up to the balances of')
  expect(output).toContain(`The log states that ${month} was closed with this digest`)
  expect(code).toBe(0)
  await page.goto('/audit/verify')
  await page.locator('input[type=file]').first().setInputFiles(file)
  await expect(page.getByText('Verified', { exact: true })).toBeVisible()
})
