import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { byX402 } from '../clients'
import { expect, test } from '../fixtures'
import { look } from '../look'

/** An operator checks the log: one event, all of it, an edited file, and the same file on the command line. */

// Pictures and axe take seconds each on a busy machine.

let folder = ''
test.beforeAll(async ({ demo }) => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-audit-'))
  await byX402(demo, demo.resources.fixed)
})
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The log as the page exports it, once it has a checkpoint. */
async function download(page: Page, name: string): Promise<string> {
  const file = path.join(folder, name)
  await page.goto('/audit')
  await expect(page.getByText('leaves signed')).toBeVisible()
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export JSONL' }).click(),
  ])
  await saved.saveAs(file)
  return file
}

/** Exit code and output of the offline verifier. */
function verifyOffline(...args: string[]): { code: number; output: string } {
  try {
    const command = ['--import', 'tsx', 'scripts/audit-verify.ts', ...args]
    return {
      code: 0,
      output: execFileSync(process.execPath, command, {
        encoding: 'utf8',
        env: { NODE_ENV: 'test', PATH: process.env.PATH },
      }),
    }
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string }
    return { code: status, output: stdout }
  }
}

/** The newest event of a type, opened. */
async function open(page: Page, type: string) {
  await page.goto(`/audit?type=${type}`)
  const event = page.getByRole('listitem').filter({ hasText: type }).first()
  await event.locator('summary').click()
  return event
}

/** Checks it in the page. It needs a checkpoint over the event, and one is signed every two seconds. */
async function prove(page: Page, type: string) {
  await expect(async () => {
    const event = await open(page, type)
    // No longer than it takes to look: what is not there yet is there after the next one.
    await event.getByRole('button', { name: 'Verify' }).click({ timeout: 5_000 })
    await expect(event.getByText('Verified', { exact: true })).toBeVisible({ timeout: 10_000 })
    await expect(event.getByText('1 leaf with a proof of inclusion each, 0 bad.')).toBeVisible()
    await expect(event.getByText(/Leaf \d+/)).toBeVisible()
  }).toPass()
}

test('an event shows its place in the log, and proves it in the page', async ({ signedIn: page }) => {
  await prove(page, 'payment.accepted')
  await look(page, 'audit-event')
})

test('who signed in can be redacted, and the log verifies as before', async ({ signedIn: page }) => {
  const event = await open(page, 'session.created')
  await event.getByRole('button', { name: 'Redact' }).click()
  await event.getByRole('button', { name: 'Delete' }).click()
  await expect(event.locator('summary')).toContainText('member redacted')
  await prove(page, 'session.created')
})

test('a search in the data finds an event by a hash', async ({ signedIn: page }) => {
  await page.goto('/audit?type=transaction.included')
  // Closed, it stands in the page all the same.
  const data = await page.locator('[aria-label^="Data of event"]').first().textContent()
  const hash = /0x[0-9a-f]{64}/.exec(data ?? '')?.[0] ?? ''
  await page.goto(`/audit?text=${hash}`)
  await expect(page.getByRole('listitem').filter({ hasText: 'transaction.included' })).toHaveCount(1)
})

test('the live log verifies; an edited export does not, and its first bad leaf is named', async ({
  signedIn: page,
}) => {
  const file = await download(page, 'log.jsonl')
  await page.goto('/audit/verify')
  await look(page, 'audit-verify')
  await page.getByRole('button', { name: 'Check the live log' }).click()
  const verdict = page.getByRole('region', { name: 'Verdict' })
  await expect(verdict.getByText('Verified', { exact: true })).toBeVisible()
  await expect(verdict).toContainText('whole export')

  const lines = readFileSync(file, 'utf8').split('\n')
  const at = lines.findIndex((line) => line.includes('"payment.accepted"'))
  const { index } = JSON.parse(lines[at] ?? '{}') as { index: string }
  lines[at] = (lines[at] ?? '').replace(/"at":"\d{4}/, '"at":"1999')
  const edited = path.join(folder, 'edited.jsonl')
  writeFileSync(edited, lines.join('\n'))
  await page.getByLabel('Choose a file').setInputFiles(edited)
  await expect(verdict.getByText('Not verified', { exact: true })).toBeVisible()
  await expect(verdict).toContainText(`First bad: leaf ${index} (event `)
  await look(page, 'audit-verify-bad')

  // Compared with what was kept from before, the log of now must contain it.
  await page.getByLabel('Compare with').setInputFiles(file)
  await page.getByRole('button', { name: 'Check the live log' }).click()
  await expect(verdict.getByText('Verified', { exact: true })).toBeVisible()
  await expect(verdict).toContainText('is its beginning')

  const key = await (await page.request.get('/api/v1/audit/key')).text()
  expect(verifyOffline(file, '--key', key.trim())).toMatchObject({
    code: 0,
    output: expect.stringContaining('verified'),
  })
  const offline = verifyOffline(edited, '--key', key.trim())
  expect(offline.code).toBe(1)
  expect(offline.output).toContain(`first bad: leaf ${index} `)
})

test('an operator anchors the log, and its transaction is found', async ({ signedIn: page }) => {
  await page.goto('/audit')
  await page.getByRole('button', { name: 'Anchor now' }).click()
  await expect(page.getByText(/is on its way to/)).toBeVisible()
  await page.getByRole('link', { name: /leaves on/ }).click()
  await page.waitForURL(/\/transactions\/[0-9a-f-]{36}/)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.goto('/audit')
  await look(page, 'audit')
})
