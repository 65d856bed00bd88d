import type { Browser, Cookie, Page } from '@playwright/test'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { byX402 } from '../clients'
import { balance, evm, withNewWallet } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'
import { installWallet, walletName } from '../wallet'

/** A stranger moves in, sells, is paid by an official client, refunds, invites a viewer, and takes the month along. */

type Line = Record<string, string | null>

async function linesOf(page: Page, path: string): Promise<Line[]> {
  const answer = await page.request.get(path)
  expect(answer.status()).toBe(200)
  const text = await answer.text()
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
}

const sum = (lines: readonly Line[], column: string) =>
  lines.reduce((total, line) => total + BigInt(line[column] ?? '0'), 0n)

/** The operator lets the wallets of this server pay for the shop: for a stranger's they do not. */
async function allowServerWallets(browser: Browser, cookies: Cookie[], merchants: string, shop: string): Promise<void> {
  const context = await browser.newContext()
  await context.addCookies(cookies)
  const page = await context.newPage()
  await page.goto(merchants)
  const allowed = page.getByRole('switch', { name: `Server wallets pay for ${shop}` })
  const saved = page.waitForResponse((answer) => answer.request().method() === 'POST')
  await allowed.click()
  await saved
  await page.reload()
  await expect(allowed).toBeChecked()
  await context.close()
}

test('a fresh wallet opens a shop, sells, refunds, invites, and its files equal the chain', async ({
  page,
  demo,
  browser,
  cookies,
}) => {
  const key = generatePrivateKey()
  const owner = privateKeyToAccount(key).address
  const slug = `month-${owner.slice(2, 10).toLowerCase()}`
  await installWallet(page, key, 84532)
  await page.goto('/start')
  await page.getByRole('button', { name: `Continue with ${walletName}` }).click()
  await page.waitForURL('**/start')
  await page.getByLabel('Name', { exact: true }).fill(slug)
  await page.getByRole('button', { name: `Sign with ${walletName} and open the shop` }).click()
  await page.waitForURL('**/start/resource')
  await page.getByLabel('Address of your API').fill(`${demo.upstream.baseUrl}/echo`)
  await page.getByLabel('Name', { exact: true }).fill('Echo')
  await page.getByLabel(/^Price/).fill('0.01')
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await page.waitForURL('**/start/buy?resource=*')

  // Three agents buy by the official client; one of them gets its money back.
  const url = `${demo.baseUrl}/gateway/${slug}/echo`
  const buyers = [
    await withNewWallet(demo, 10_000n),
    await withNewWallet(demo, 10_000n),
    await withNewWallet(demo, 10_000n),
  ]
  for (const buyer of buyers) expect((await byX402(buyer, url)).response.status).toBe(200)
  await expect.poll(() => balance(demo, evm, owner)).toBe(30_000n)
  const unhappy = buyers[0]?.payer.address ?? owner
  await page.goto(`/payments?payer=${unhappy.toLowerCase()}`)
  await page.getByRole('table').first().getByRole('row').nth(1).getByRole('link').first().click()
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}/)
  await page.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(page.getByRole('dialog')).toContainText('does not pay for this shop')
  await allowServerWallets(browser, cookies, `${demo.baseUrl}/merchants`, slug)
  await page.reload()
  await page.getByRole('button', { name: 'Refund', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('It was the wrong answer.')
  await page.getByRole('dialog').getByRole('button', { name: 'Refund', exact: true }).click()
  await expect.poll(() => balance(demo, evm, unhappy)).toBe(10_000n)
  await expect(page.getByRole('main')).toContainText('Refunded: the payer has its money back.')

  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
  await expect(page.getByRole('region', { name: 'Invitation link' })).toContainText('/invite/')
  await page.getByRole('button', { name: 'I have copied it' }).click()

  // The file of all payments: what came in is on the owner's address, what went back is with the payer.
  const payments = await linesOf(page, '/payments/export?format=jsonl')
  expect(payments).toHaveLength(3)
  expect(sum(payments, 'gross_base_units')).toBe(await balance(demo, evm, owner))
  expect(sum(payments, 'refunded_base_units')).toBe(await balance(demo, evm, unhappy))

  await page.goto('/reports')
  await look(page, 'month-reports')
  await page.goto('/')
  await look(page, 'month-overview')
})
