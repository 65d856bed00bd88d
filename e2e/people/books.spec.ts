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
  await expect(page.getByText('Write 4 to 8 digits')).toBeVisible()
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
