import { byCommand, byX402 } from '../clients'
import { balance, evm, journal, tempo } from '../demo'
import { expect, seriousViolations, test } from '../fixtures'
import { fillResource, openSection } from '../resource-form'

/** A merchant puts something on sale, agents buy it, and its payments are there to be followed. */

test('a resource is created with a price, paid by agents, and followed to the chain', async ({
  signedIn: page,
  demo,
}) => {
  const path = `/e2e-${Date.now()}`
  await page.goto('/resources')
  await page
    .getByRole('link', { name: /new resource/i })
    .first()
    .click()
  const address = `${demo.upstream.baseUrl}/echo`
  await fillResource(page, { address, price: '0.012345', name: 'Sold by a test', path })
  await openSection(page, 'Directories')
  await page.getByLabel('Description').fill('Echo, for a price.')
  // What an agent will see, while it is typed.
  const seen = page.getByRole('region', { name: 'What an agent will see' })
  await expect(seen.getByText('12345').first()).toBeVisible()
  expect(await seriousViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await page.waitForURL(/\/resources\/[0-9a-f-]{36}$/)
  const resourcePage = page.url()

  const url = `${demo.baseUrl}/gateway/${demo.merchant.slug}${path}`
  // A new resource follows the payouts of the shop.
  const payTo = demo.merchant.payTo
  const held = await balance(demo, evm, payTo)
  const calls = (await journal(demo)).length
  const { response } = await byX402(demo, url)
  expect(response.status).toBe(200)
  expect((await balance(demo, evm, payTo)) - held).toBe(12_345n)
  const heldOnTempo = await balance(demo, tempo, payTo)
  expect(JSON.parse(await byCommand(demo, url))).toMatchObject({ method: 'GET' })
  expect((await balance(demo, tempo, payTo)) - heldOnTempo).toBe(12_345n)
  expect(await journal(demo)).toHaveLength(calls + 2)

  await page.goto(resourcePage)
  const rows = page.getByRole('table', { name: /payments/i }).getByRole('row')
  await expect(rows).toHaveCount(3)
  await rows.filter({ hasText: 'x402' }).getByRole('link').first().click()
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}$/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('0.012345')
  const steps = page.getByRole('list').filter({ hasText: 'Done:' }).getByRole('listitem')
  expect(await steps.count()).toBeGreaterThanOrEqual(6)
  await expect(page.getByText('Failed:')).toHaveCount(0)
  // The block becomes final while the page is open.
  await expect(page.getByText('Still to come:')).toHaveCount(0)
})

test('a price is refused with the way out, and the form says where', async ({ signedIn: page }) => {
  await page.goto('/resources/new')
  const price = page.getByLabel(/^Price of one/)
  await price.fill('0.0000001')
  await openSection(page, 'Sessions')
  await page.getByRole('switch', { name: 'Sold by sessions' }).click()
  await page.getByLabel('Word for a unit').fill('Two words')
  await openSection(page, 'Sessions')
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await expect(price).toHaveAttribute('aria-invalid', 'true')
  // The first wrong field has the focus; each message leads to its field, in whichever section that is.
  await expect(page.getByLabel('Address of your API')).toBeFocused()
  const alert = page.getByRole('alert').filter({ hasText: /fields need attention/ })
  await alert.getByRole('link', { name: /one word/ }).click()
  await expect(page.getByLabel('Word for a unit')).toBeFocused()
  await alert.getByRole('link', { name: /decimals/ }).click()
  await expect(price).toBeFocused()
  expect(page.url()).toContain('/resources/new')
})

for (const protocol of ['x402', 'MPP']) {
  test(`the checklist makes a test payment by ${protocol}`, async ({ signedIn: page, demo }) => {
    const calls = (await journal(demo)).length
    await page.goto('/')
    await page
      .getByRole('button', { name: new RegExp(protocol, 'i') })
      .first()
      .click()
    await expect.poll(async () => (await journal(demo)).length).toBe(calls + 1)
  })
}
