import { readDemo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'

/** A seller buys like an agent, with the test wallet, by either protocol. */

const demo = readDemo()

for (const [protocol, way, sold] of [
  ['x402', 'exact', 'fixed'],
  ['x402', 'exact permit2', 'permit2'],
  ['x402', 'upto permit2', 'metered'],
  ['MPP', 'evm charge', 'fixed'],
] as const)
  test(`a merchant buys its own resource by ${protocol} ${way}, step by step`, async ({ signedIn: page }) => {
    await page.goto('/playground')
    await page.getByRole('combobox', { name: 'Resource' }).click()
    const { pathname } = new URL(demo.resources[sold])
    const name = `GET ${pathname.replace(/^\/gateway/, '')}`
    await page.getByRole('option', { name, exact: true }).click()
    await page.getByRole('button', { name: 'Choose this resource' }).click()
    await expect(page.getByText(demo.resources[sold]).first()).toBeVisible()
    await page.getByRole('button', { name: 'Ask for the price' }).click()
    await expect(page.getByRole('group', { name: 'x402' })).toBeVisible()
    await expect(page.getByRole('group', { name: 'MPP' })).toBeVisible()
    const offer = page
      .getByRole('group', { name: protocol })
      .getByRole('radio', { name: new RegExp(`^${way} .*eip155:84532`) })
    await offer.first().check()
    await page.getByRole('button', { name: 'Sign', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Decoded credential' })).toContainText('0x')
    await page.getByRole('button', { name: 'Pay and send' }).click()
    await expect(page.getByText('200 OK').first()).toBeVisible()
    await expect(page.getByRole('region', { name: 'Paid answer: receipt', exact: false })).toContainText('0x')
    if (way === 'exact') await look(page, 'playground-paid')
    await page.getByRole('link', { name: 'Follow this payment through settlement' }).click()
    await page.waitForURL(/\/payments\/[0-9a-f-]{36}/)
    await expect(page.getByText('Delivered').first()).toBeVisible()
  })

test('the code to copy is that of the request', async ({ signedIn: page }) => {
  await page.goto('/playground?query=city%3DBonn')
  for (const name of ['curl', '@x402/fetch', 'mppx', 'Python']) {
    await page.getByRole('tab', { name }).click()
    await expect(page.getByRole('region', { name: `Code for ${name}` })).toContainText('city=Bonn')
  }
})
