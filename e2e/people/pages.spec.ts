import { byMppEvm, byMppTempo, byX402 } from '../clients'
import { expect, test } from '../fixtures'
import { look } from '../look'

/**
 * Every page that no other spec looks at: nothing serious for axe, nothing wider than the window, and with SLUICE_SCREENS=1 a
 * picture to look at in test-results/screens.
 */

// Pictures and axe take seconds each on a busy machine.

test.beforeAll(async ({ demo }) => {
  for (const pay of [byX402, byMppEvm, byMppTempo]) await pay(demo, demo.resources.fixed)
  await byX402(demo, demo.resources.failing)
  await byMppEvm(demo, demo.resources.failing)
})

const lists = ['payers', 'resources', 'payments', 'settlements', 'transactions', 'signers', 'networks']

for (const name of ['overview', ...lists])
  test(`the page ${name}`, async ({ signedIn: page }) => {
    await page.goto(name === 'overview' ? '/' : `/${name}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await look(page, name)
  })

for (const name of ['resources', 'payments', 'settlements', 'transactions'])
  test(`the first of ${name}`, async ({ signedIn: page }) => {
    await page.goto(`/${name}`)
    await page.getByRole('table').first().getByRole('row').nth(1).getByRole('link').first().click()
    await page.waitForURL(new RegExp(`/${name}/[0-9a-f-]{36}`))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await look(page, `${name}-one`)
  })

test('a refunded payment', async ({ signedIn: page }) => {
  await page.goto('/payments?status=refunded,refund_due')
  await page.getByRole('table').first().getByRole('row').nth(1).getByRole('link').first().click()
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}/)
  await look(page, 'payments-refunded')
})

test('the editor', async ({ signedIn: page }) => {
  await page.goto('/resources/new')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await look(page, 'resources-new')
})

test('a price book', async ({ signedIn: page }) => {
  await page.goto('/resources')
  await page.getByRole('table').first().getByRole('row').nth(1).getByRole('link').first().click()
  await page.getByRole('link', { name: /^Price book/ }).click()
  await page.waitForURL(/\/resources\/[0-9a-f-]{36}\/prices/)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await look(page, 'resources-prices-one')
})

test('nothing is found', async ({ signedIn: page }) => {
  for (const [name, path] of [
    ['empty-list', '/payments?status=voided&payer=0x00000000000000000000'],
    ['not-found', '/payments/00000000-0000-4000-8000-000000000000'],
  ] as const) {
    await page.goto(path)
    await look(page, name)
  }
})

for (const [name, path] of [
  ['sign-in', '/sign-in'],
  ['error-settlement-pending', '/docs/errors/settlement-pending'],
] as const)
  test(`${name} needs no session`, async ({ page }) => {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await look(page, name)
  })

test('the paywall needs no session', async ({ page, demo }) => {
  await page.goto(demo.resources.fixed)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByText('0.01').first()).toBeVisible()
  // Its policy lets no script run, axe's neither: that looks at the same markup without the policy.
  const answer = await fetch(demo.resources.fixed, { headers: { accept: 'text/html' } })
  expect(answer.headers.get('content-security-policy')).toContain('sandbox')
  await page.goto('about:blank')
  await page.setContent(await answer.text())
  await look(page, 'paywall')
})

test('the keyboard reaches everything: ⌘K finds a payment by its hash', async ({ signedIn: page, demo }) => {
  const { response } = await byX402(demo, demo.resources.fixed)
  const receipt = JSON.parse(Buffer.from(response.headers.get('payment-response') ?? '', 'base64').toString()) as {
    transaction: string
  }
  await page.goto('/')
  await page.keyboard.press('ControlOrMeta+k')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  await page.keyboard.type(receipt.transaction)
  await expect(dialog.getByRole('option').first()).toBeVisible()
  await look(page, 'search')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/(payments|transactions|settlements)\//)
})
