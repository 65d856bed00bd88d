import { createPublicClient, encodeFunctionData, http, numberToHex, parseAbi, type Address, type Hex } from 'viem'
import type { Page } from '@playwright/test'
import { byX402 } from '../clients'
import { balance, evm, networkOf, withNewWallet, type Demo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'

/** A merchant gives money back: a part by the refund wallet, the rest by its own wallet. */

/** Gives a wallet gas and base units of the token. */
async function fund(demo: Demo, to: Address, fundsBase: bigint): Promise<void> {
  const { rpcUrl, asset } = networkOf(demo, evm)
  const chain = createPublicClient({ transport: http(rpcUrl) })
  const [faucet] = (await chain.request({ method: 'eth_accounts' as never })) as Hex[]
  const abi = parseAbi(['function mint(address to, uint256 value) returns (bool)'])
  const data = encodeFunctionData({ abi, functionName: 'mint', args: [to, fundsBase] })
  await chain.request({ method: 'eth_sendTransaction', params: [{ from: faucet, to: asset, data }] } as never)
  await chain.request({ method: 'anvil_setBalance', params: [to, numberToHex(10n ** 18n)] } as never)
  await expect.poll(() => balance(demo, evm, to)).toBeGreaterThanOrEqual(fundsBase)
}

async function openPayment(page: Page, payer: Address): Promise<void> {
  await page.goto(`/payments?payer=${payer.toLowerCase()}`)
  await page.getByRole('table').first().getByRole('row').nth(1).getByRole('link').first().click()
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}/)
}

const header = (page: Page) => page.getByRole('main').locator('header').first()

test('refunds a part by the refund wallet and the rest by the own wallet', async ({ signedIn: page, demo }) => {
  const buyer = await withNewWallet(demo, 10_000n)
  await byX402(buyer, demo.resources.fixed)
  await fund(demo, demo.operator.address, 10_000n)
  await openPayment(page, buyer.payer.address)

  await page.getByRole('button', { name: 'Refund', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Amount in USDC')).toHaveValue('0.01')
  await expect(dialog).toContainText(/The refund wallet holds [0-9.]+ USDC/)
  // Refused by its field, with what is left.
  await dialog.getByLabel('Amount in USDC').fill('0.02')
  await dialog.getByLabel('Reason').fill('The answer was for another city.')
  await dialog.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(dialog).toContainText('Only 0.01 USDC of this payment is left to refund')
  await dialog.getByLabel('Amount in USDC').fill('0.004')
  await look(page, 'refund-dialog')
  await dialog.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('main')).toContainText('Partly refunded')
  await expect(page.getByRole('list').filter({ hasText: 'Refund of 0.004 USDC requested' })).toBeVisible()
  await expect.poll(() => balance(demo, evm, buyer.payer.address)).toBe(4_000n)
  await expect(page.getByRole('main')).toContainText('a part of it was refunded', { timeout: 60_000 })

  await page.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(dialog.getByLabel('Amount in USDC')).toHaveValue('0.006')
  await dialog.getByLabel('Reason').fill('They asked for all of it.')
  await dialog.getByLabel('Paid from').click()
  await page.getByRole('option', { name: 'A wallet of mine' }).click()
  await expect(dialog.getByLabel('Wallet that sends it')).toHaveValue(new RegExp(demo.operator.address, 'i'))
  await expect(dialog).toContainText('You send 0.006 USDC')
  await look(page, 'refund-dialog-own-wallet')
  await dialog.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('main')).toContainText('Your wallet sends the refund')

  // A hash that is not this transfer.
  await page.getByRole('button', { name: 'I sent it elsewhere' }).click()
  await dialog.getByLabel('Transaction hash').fill('0x12')
  await dialog.getByRole('button', { name: 'Look for it' }).click()
  await expect(dialog).toContainText('A transaction hash is 0x and 64 hex digits')
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: 'Send with E2E Wallet' }).click()
  await expect.poll(() => balance(demo, evm, buyer.payer.address)).toBe(10_000n)
  await expect(page.getByRole('main')).toContainText('Refunded: the payer has its money back.', { timeout: 90_000 })
  await expect(page.getByRole('button', { name: /^Refund: Nothing is left to refund/ })).toBeDisabled()
  await look(page, 'payments-refunded-in-parts')
  await page.goto(`/payments?payer=${buyer.payer.address.toLowerCase()}&status=refunded`)
  await expect(page.getByRole('table').first()).toContainText('Refunded')
  await expect(header(page)).toBeVisible()
})

test('withdraws a refund that nothing was sent for', async ({ signedIn: page, demo }) => {
  const buyer = await withNewWallet(demo, 10_000n)
  await byX402(buyer, demo.resources.fixed)
  await openPayment(page, buyer.payer.address)
  await page.getByRole('button', { name: 'Refund', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('By mistake.')
  await dialog.getByLabel('Paid from').click()
  await page.getByRole('option', { name: 'A wallet of mine' }).click()
  await dialog.getByLabel('To another address').fill(`0x${'5'.repeat(40)}`)
  await expect(dialog).toContainText('This is not the wallet that paid')
  await dialog.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: 'Send with E2E Wallet' })).toBeVisible()
  await look(page, 'payments-refund-own-wallet')
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await dialog.getByRole('button', { name: 'Withdraw' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('main')).toContainText('Withdrawn')
  await expect(page.getByRole('button', { name: 'Refund', exact: true })).toBeEnabled()
})

test('refunds a selection at once, shows who is left out, and tells the result of each', async ({
  signedIn: page,
  demo,
}) => {
  const buyer = await withNewWallet(demo, 30_000n)
  for (let sale = 0; sale < 3; sale++) await byX402(buyer, demo.resources.fixed)
  await page.goto(`/payments?payer=${buyer.payer.address.toLowerCase()}`)
  await page
    .getByRole('checkbox', { name: /^Select the payment/ })
    .first()
    .check()
  const bar = page.getByRole('region', { name: 'Selected payments' })
  await bar.getByRole('button', { name: 'Select all on this page' }).click()
  await bar.getByRole('button', { name: 'Refund', exact: true }).click()
  const dialog = page.getByRole('dialog')
  const plan = dialog.getByRole('group', { name: 'What will happen' })
  await expect(plan).toContainText('3 payments are refunded: 0.03 USDC on Base Sepolia')
  await dialog.getByLabel('Amount of each').fill('0.02')
  await expect(plan).toContainText('3 are left out')
  await dialog.getByLabel('Amount of each').fill('')
  await dialog.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(dialog).toContainText('Write why the money goes back')
  await dialog.getByLabel('Reason').fill('An outage.')
  await look(page, 'payments-bulk-refund')
  await dialog.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(dialog.getByRole('list', { name: 'Result of each payment' }).getByText('Requested')).toHaveCount(3)
  await look(page, 'payments-bulk-refunded')
  await dialog.getByRole('button', { name: 'Close', exact: true }).click()
  await expect.poll(() => balance(demo, evm, buyer.payer.address)).toBe(30_000n)

  await page.reload()
  await page
    .getByRole('checkbox', { name: /^Select the payment/ })
    .first()
    .check()
  await bar.getByRole('button', { name: 'Refund', exact: true }).click()
  await expect(plan).toContainText('Nothing is left to refund')
  await expect(plan).toContainText('0 payments are refunded')
})
