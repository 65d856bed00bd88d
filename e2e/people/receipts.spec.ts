import type { Browser, Page } from '@playwright/test'
import { byX402 } from '../clients'
import { withNewWallet, type Demo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'
import { installWallet, walletName } from '../wallet'

/** The owner of an agent's wallet: receipts, questions to the seller, and budgets that the seller enforces. */

/** A page in a browser of its own, signed in at /me with the payer's wallet. */
async function asPayer(browser: Browser, demo: Demo): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: demo.baseUrl })).newPage()
  await installWallet(page, demo.payer.privateKey, 84532)
  await page.goto('/me')
  await page.getByRole('button', { name: walletName }).click()
  await page.waitForURL('**/me')
  return page
}

test('a payer opens a receipt, verifies it, asks for a refund and reads the answer of the merchant', async ({
  browser,
  demo,
  signedIn: merchant,
}) => {
  const own = await withNewWallet(demo, 1_000_000n)
  const paid = await byX402(own, demo.resources.fixed)
  const id = paid.response.headers.get('sluice-payment') ?? ''
  const page = await asPayer(browser, own)
  await page.getByRole('table', { name: 'Payments, newest first' }).getByRole('link').first().click()
  await page.waitForURL(`**/me/payments/${id}`)
  await page.getByRole('link', { name: 'Verify now' }).click()
  await expect(page.getByText('Receipt: holds.')).toBeVisible()
  await expect(page.getByText('Transfer: holds.')).toBeVisible()
  await look(page, 'me-receipt')
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('button', { name: 'Print or save as PDF' })).toBeHidden()
  await expect(page.getByRole('region', { name: 'Receipt', exact: true })).toBeVisible()
  if (process.env.SLUICE_SCREENS === '1')
    await page.screenshot({ path: 'test-results/screens/me-receipt-print.png', fullPage: true })
  await page.emulateMedia({ media: 'screen' })

  await page.getByRole('button', { name: 'Ask the seller' }).click()
  await page.getByRole('textbox', { name: 'Why' }).fill('The fortune was about caches again.')
  await look(page, 'me-ask')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('region', { name: 'You asked for a refund' })).toContainText('Not yet')
  await expect(page.getByRole('button', { name: 'Ask the seller' })).toBeHidden()

  await merchant.goto('/')
  await merchant.getByRole('link', { name: /wait.? for an answer/ }).click()
  await merchant.waitForURL(/\/refunds/)
  await look(merchant, 'refunds-asked')
  await merchant.getByRole('table', { name: 'Requests of payers, oldest first' }).getByRole('link').last().click()
  await merchant.waitForURL(/\/payments\//)
  const asked = merchant.getByRole('region', { name: 'The payer asks for a refund' })
  await expect(asked).toContainText('about caches again')
  const waits = merchant.getByRole('link', { name: 'The payer waits for an answer' })
  await expect(waits).toBeVisible()
  await look(merchant, 'payments-asked')
  await asked.getByRole('button', { name: 'Answer' }).click()
  await merchant.getByRole('textbox', { name: 'Answer' }).fill('Another one is on the house.')
  await merchant.getByRole('button', { name: 'Send the answer' }).click()
  await expect(asked).toContainText('Another one is on the house.')
  await expect(waits).toBeHidden()
  await page.reload()
  await expect(page.getByRole('region', { name: 'You asked for a refund' })).toContainText(
    'Another one is on the house.',
  )
  await page.goto('/me/payments/00000000-0000-4000-8000-000000000000')
  await expect(page.getByText('There is nothing at this address')).toBeVisible()
  await page.context().close()
})

test('a budget that the owner sets is enforced for the agent, until the owner removes it', async ({
  browser,
  demo,
}) => {
  const own = await withNewWallet(demo, 1_000_000n)
  const page = await asPayer(browser, own)
  await expect(page.getByText('No budget')).toBeVisible()
  await page.getByRole('button', { name: 'Set a budget' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Set at least one limit.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Most in a day' }).fill('0.01')
  await look(page, 'me-budget-dialog')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('table', { name: 'Budgets' })).toContainText('Everything sold here')

  const first = await byX402(own, demo.resources.fixed)
  expect([first.response.status, first.response.headers.get('sluice-budget-left')]).toEqual([200, '0'])
  const refused = await byX402(own, demo.resources.fixed)
  expect([refused.response.status, (JSON.parse(refused.body) as { code: string }).code]).toEqual([
    403,
    'budget-exceeded',
  ])
  await page.reload()
  await expect(page.getByRole('progressbar', { name: 'Used today' })).toHaveAttribute('aria-valuenow', '100')
  await look(page, 'me-budgets')
  await page.getByRole('button', { name: 'Remove the budget for everything' }).click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText('No budget')).toBeVisible()
  expect((await byX402(own, demo.resources.fixed)).response.status).toBe(200)
  await page.context().close()
})

test('a person links a second wallet by its signature, sees both and one of them, and unlinks it', async ({
  browser,
  demo,
}) => {
  const [first, second] = [await withNewWallet(demo, 1_000_000n), await withNewWallet(demo, 1_000_000n)]
  await byX402(first, demo.resources.fixed)
  await byX402(second, demo.resources.fixed)
  const signedIn = await asPayer(browser, first)
  // The person changes the account of the wallet.
  const page = await signedIn.context().newPage()
  await installWallet(page, second.payer.privateKey, 84532)
  await page.goto('/me')
  const wallets = page.getByRole('table', { name: 'Linked wallets' })
  const payments = page.getByRole('table', { name: 'Payments, newest first' })
  await expect(wallets.getByRole('row')).toHaveCount(2)
  await expect(payments.getByRole('row')).toHaveCount(2)

  await page.getByRole('button', { name: 'Link a wallet' }).click()
  await expect(page.getByRole('button', { name: walletName })).toBeVisible()
  await look(page, 'me-link-dialog')
  await page.getByRole('button', { name: walletName }).click()
  await expect(wallets.getByRole('row')).toHaveCount(3)
  await expect(payments.getByRole('row')).toHaveCount(3)
  await look(page, 'me-linked')

  const choice = page.getByRole('navigation', { name: 'Wallet' })
  await choice.getByRole('link').last().click()
  await page.waitForURL(/wallet=/)
  await expect(payments.getByRole('row')).toHaveCount(2)
  const file = await page.request.get('/me/receipts.csv')
  expect((await file.text()).trim().split('\r\n')).toHaveLength(3)
  const [, one] = /wallet=(\w+)/.exec(page.url()) ?? []
  expect((await (await page.request.get(`/me/receipts.csv?wallet=${one}`)).text()).trim().split('\r\n')).toHaveLength(2)

  await page.goto('/me')
  await page.getByRole('button', { name: `Unlink ${one}` }).click()
  await page.getByRole('button', { name: 'Unlink', exact: true }).click()
  await expect(payments.getByRole('row')).toHaveCount(2)
  await expect(wallets.getByRole('row')).toHaveCount(2)
  expect((await page.request.get(`/me/receipts.csv?wallet=${one}`)).status()).toBe(404)
  await page.context().close()
})
