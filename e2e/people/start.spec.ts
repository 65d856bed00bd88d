import type { Page } from '@playwright/test'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { byX402 } from '../clients'
import { balance, evm, withNewWallet, type Demo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'
import { installWallet, walletName } from '../wallet'

/** A fresh wallet moves in: it opens a shop, sells, is paid, invites a viewer, and changes its payouts. */

type Owner = { key: `0x${string}`; address: `0x${string}`; slug: string }

function newOwner(): Owner {
  const key = generatePrivateKey()
  const { address } = privateKeyToAccount(key)
  return { key, address, slug: `e2e-${address.slice(2, 10).toLowerCase()}` }
}

/** Signs a fresh wallet in and opens a shop with it. */
async function openShop(page: Page, { key, slug }: Owner): Promise<void> {
  await installWallet(page, key, 84532)
  await page.goto('/sign-in')
  await page.getByRole('button', { name: `Continue with ${walletName}` }).click()
  await page.waitForURL('**/start')
  await look(page, 'start')
  await page.getByLabel('Name', { exact: true }).fill(slug.replace('-', ' '))
  await expect(page.getByLabel('Name in the address')).toHaveValue(slug)
  await page.getByRole('button', { name: `Sign with ${walletName} and open the shop` }).click()
  await page.waitForURL('**/start/resource')
}

async function sellEcho(page: Page, demo: Demo): Promise<void> {
  await page.getByLabel('Address of your API').fill(`${demo.upstream.baseUrl}/echo`)
  await page.getByLabel('Name', { exact: true }).fill('Echo')
  await page.getByLabel(/^Price/).fill('0.01')
  await look(page, 'start-resource')
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await page.waitForURL('**/start/buy?resource=*')
}

test('a fresh wallet opens a shop, sells, and is paid at its own address', async ({ page, demo }) => {
  const owner = newOwner()
  await openShop(page, owner)
  await sellEcho(page, demo)
  await look(page, 'start-buy')
  // Its own wallet holds nothing: the refusal is a sentence.
  await page.getByRole('button', { name: `Pay $0.01 with ${walletName}` }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'The wallet holds 0 USDC' })).toBeVisible()
  await page.getByRole('button', { name: 'Pay $0.01 with Test wallet' }).click()
  await expect(page.getByRole('status').filter({ hasText: '200' })).toBeVisible()
  await expect(page.getByText('Sold: the wallet paid $0.01 to your shop')).toBeVisible()
  await look(page, 'start-bought')
  await expect.poll(() => balance(demo, evm, owner.address)).toBe(10_000n)
  await page.getByRole('link', { name: 'Open the payment' }).click()
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}$/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('0.01')

  // An official client buys at the shop's own address too.
  const url = await page.evaluate(() => location.origin)
  const { response } = await byX402(demo, `${url}/gateway/${owner.slug}/echo`)
  expect(response.status).toBe(200)
  await expect.poll(() => balance(demo, evm, owner.address)).toBe(20_000n)
})

test('a wallet that paid and has no shop lands on its spending, and opens a shop from there', async ({
  page,
  demo,
}) => {
  const buyer = await withNewWallet(demo, 10_000n)
  expect((await byX402(buyer, demo.resources.fixed)).response.status).toBe(200)
  await installWallet(page, buyer.payer.privateKey, 84532)
  await page.goto('/sign-in')
  await page.getByRole('button', { name: `Continue with ${walletName}` }).click()
  await page.waitForURL('**/me')
  await page.getByRole('link', { name: 'Open a shop' }).click()
  await page.waitForURL('**/start')
  await page.getByRole('button', { name: /^Account 0x/ }).click()
  await page.getByRole('menuitem', { name: 'My spending' }).click()
  await page.waitForURL('**/me')
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Open a shop')
})

test('a taken address is named while it is typed, and a wrong payout at its field', async ({ page, demo }) => {
  const owner = newOwner()
  await installWallet(page, owner.key, 84532)
  await page.goto('/start')
  await page.getByRole('button', { name: `Continue with ${walletName}` }).click()
  await page.waitForURL('**/start')
  await page.getByLabel('Name', { exact: true }).fill('Mine')
  await page.getByLabel('Name in the address').fill(demo.merchant.slug)
  await expect(page.getByText('This address is taken. Choose another one')).toBeVisible()
  await page.getByLabel('Name in the address').fill(owner.slug)
  await page.getByLabel(/Pay-to address on Base/).fill('0x12')
  await page.getByRole('button', { name: `Sign with ${walletName} and open the shop` }).click()
  await expect(page.getByLabel(/Pay-to address on Base/)).toBeFocused()
  await expect(page.getByLabel(/Pay-to address on Base/)).toHaveAttribute('aria-invalid', 'true')
})

test('an owner invites a viewer by a link, who sees everything and changes nothing', async ({
  page,
  demo,
  browser,
}) => {
  const [owner, viewer] = [newOwner(), newOwner()]
  await openShop(page, owner)
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByLabel('For').fill('Our bookkeeper')
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
  const link = await page.getByRole('region', { name: 'Invitation link' }).innerText()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await look(page, 'settings-members')

  const guest = await browser.newPage({ baseURL: demo.baseUrl })
  await installWallet(guest, viewer.key, 84532)
  await guest.goto(link)
  await guest.getByRole('button', { name: `Continue with ${walletName}` }).click()
  await guest.waitForURL('**/invite/*')
  await look(guest, 'invite')
  await guest.getByRole('button', { name: 'Join the shop' }).click()
  await guest.waitForURL('**/')
  await guest.goto('/resources')
  await expect(guest.getByRole('heading', { name: 'Resources', exact: true })).toBeVisible()
  await expect(guest.getByRole('link', { name: /new resource/i })).toHaveCount(0)
  await guest.goto('/settings/members')
  await expect(guest.getByRole('button', { name: 'Invite' })).toHaveCount(0)
  // The link works once.
  await guest.goto(link)
  await expect(guest.getByRole('heading', { name: /This invitation was used/ })).toBeVisible()
  await guest.close()

  await page.reload()
  await page.getByRole('button', { name: `Remove ${viewer.address.toLowerCase()}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('table', { name: 'Members' }).getByRole('row')).toHaveCount(2)
})

test('payouts change by a signature of the owner, at once or after the delay', async ({ page }) => {
  const [owner, other] = [newOwner(), newOwner()]
  await openShop(page, owner)
  await page.goto('/settings/payouts')
  const onBase = page.getByLabel(/Pay-to address on Base/)
  await expect(onBase).toHaveValue(new RegExp(owner.address, 'i'))
  await onBase.fill(other.address)
  await page.getByLabel('Hours before a later change applies').fill('24')
  await page.getByRole('button', { name: `Sign the change with ${walletName}` }).click()
  await expect(page.getByText('The payouts are changed.')).toBeVisible()
  await expect(page.getByRole('table', { name: 'Changes of payouts' }).getByRole('row')).toHaveCount(3)
  await page.reload()
  await onBase.fill(owner.address)
  await page.getByRole('button', { name: `Sign the change with ${walletName}` }).click()
  await expect(page.getByRole('heading', { name: 'A change of payouts is waiting' })).toBeVisible()
  await look(page, 'settings-payouts')
  await page.getByRole('button', { name: 'Cancel the change' }).click()
  await expect(page.getByRole('heading', { name: 'A change of payouts is waiting' })).toHaveCount(0)
})

test('a resource is paid elsewhere only after an owner’s wallet signed its addresses', async ({ page, demo }) => {
  const [owner, other] = [newOwner(), newOwner()]
  await openShop(page, owner)
  await page.getByLabel('Address of your API').fill(`${demo.upstream.baseUrl}/echo`)
  await page.getByLabel('Name', { exact: true }).fill('Echo')
  await page.getByLabel(/^Price/).fill('0.01')
  await page.getByText('Payouts', { exact: true }).first().click()
  await page.getByRole('switch', { name: 'Pay this resource to other addresses' }).click()
  await page.getByLabel(/Pay-to address on Base/).fill(other.address)
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await expect(page.getByText('Sign these addresses with your wallet').first()).toBeVisible()
  await page.getByRole('button', { name: `Sign these addresses with ${walletName}` }).click()
  await expect(page.getByText('The addresses are signed. Save the resource.')).toBeVisible()
  await look(page, 'resource-own-payouts')
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await page.waitForURL('**/start/buy?resource=*')
  await page.getByRole('button', { name: 'Pay $0.01 with Test wallet' }).click()
  await expect.poll(() => balance(demo, evm, other.address)).toBe(10_000n)
})

test('the settings and the operator’s list of merchants', async ({ signedIn: page }) => {
  for (const [path, name] of [
    ['/settings', 'settings'],
    ['/settings/notifications', 'settings-notifications'],
    ['/settings/security', 'settings-security'],
    ['/merchants', 'merchants'],
  ] as const) {
    await page.goto(path)
    await look(page, name)
  }
  await page.goto('/merchants?q=relay')
  await page.getByRole('button', { name: 'Open Relay merchant' }).click()
  await expect(page.getByRole('button', { name: 'Shop Relay merchant' })).toBeVisible()
  await page.getByRole('button', { name: 'Shop Relay merchant' }).click()
  await page.getByRole('menuitem', { name: 'Demo merchant' }).click()
  await expect(page.getByRole('button', { name: 'Shop Demo merchant' })).toBeVisible()
})

test('a session that ends while a form is filled is renewed in place, and the form is saved', async ({ page }) => {
  const owner = newOwner()
  await openShop(page, owner)
  await page.goto('/settings')
  await page.getByLabel('Name', { exact: true }).fill('Typed before the session ended')
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Continue with ${walletName}` })
    .click()
  await expect(page.getByText('Saved')).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Typed before the session ended')
  await expect(page.getByRole('button', { name: 'Shop Typed before the session ended' })).toBeVisible()
})

test('a passkey that the wallet signed for signs in without the wallet', async ({ page }) => {
  const owner = newOwner()
  const authenticator = await page.context().newCDPSession(page)
  await authenticator.send('WebAuthn.enable')
  await authenticator.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await openShop(page, owner)
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('button', { name: `Sign with ${walletName}` }).click()
  await expect(page.getByRole('table', { name: 'Passkeys' }).getByRole('row')).toHaveCount(2)
  await look(page, 'settings-security-passkey')
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Continue with a passkey' }).click()
  await page.waitForURL('**/')
  await expect(page.getByRole('button', { name: `Account ${owner.address.toLowerCase()}` })).toBeVisible()
})

test('an owner closes its shop: what must be finished is listed, then the slug and a signature end it', async ({
  page,
  demo,
}) => {
  const owner = newOwner()
  await openShop(page, owner)
  await sellEcho(page, demo)
  const url = `${demo.baseUrl}/gateway/${owner.slug}/echo`
  expect((await fetch(url)).status).toBe(402)
  await page.goto('/settings')
  const zone = page.getByRole('list', { name: 'What must be finished' })
  await expect(zone).toContainText('Sales are on')
  await page.getByRole('button', { name: 'Pause all sales' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause all sales' }).click()
  await expect(zone).toContainText('less than a minute ago')
  await look(page, 'settings-closing-list')
  await expect(async () => {
    await page.reload()
    await expect(page.getByRole('button', { name: 'Close the shop' })).toBeEnabled({ timeout: 5_000 })
  }).toPass({ timeout: 120_000 })
  await page.getByRole('button', { name: 'Close the shop' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: `Sign and close with ${walletName}` }).click()
  await expect(dialog).toContainText(`Type ${owner.slug} to close this shop`)
  await dialog.getByLabel(`Type ${owner.slug} to confirm`).fill(owner.slug)
  await look(page, 'settings-close')
  await dialog.getByRole('button', { name: `Sign and close with ${walletName}` }).click()
  await expect(page.getByText('This shop is closed', { exact: true })).toBeVisible()
  await look(page, 'settings-closed')
  const gone = await fetch(url)
  expect([gone.status, ((await gone.json()) as { code: string }).code]).toEqual([410, 'shop-closed'])
  await page.goto('/payments')
  await expect(page.getByRole('heading', { name: 'Payments', level: 1 })).toBeVisible()
})
