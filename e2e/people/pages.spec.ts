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

const lists = [
  'payers',
  'resources',
  'payments',
  'balances',
  'settlements',
  'refunds',
  'disputes',
  'transactions',
  'signers',
  'networks',
]

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

for (const [name, path] of [['sign-in', '/sign-in']] as const)
  test(`${name} needs no session`, async ({ page }) => {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await look(page, name)
  })

for (const [name, path] of [
  ['docs', '/docs'],
  ['docs-pay-x402', '/docs/pay-x402'],
  ['docs-events', '/docs/events'],
  ['docs-api', '/docs/api'],
  ['docs-error', '/docs/errors/settlement-pending'],
  ['docs-search', '/docs?q=refund'],
  ['docs-search-none', '/docs?q=zebra'],
  ['docs-missing', '/docs/no-such-page'],
  ['shop', '/s/demo'],
  ['shop-unknown', '/s/no-such-shop'],
] as const)
  test(`the page ${name}, without a script`, async ({ browser, demo }) => {
    // Its policy lets no script run, axe's neither.
    const context = await browser.newContext({ baseURL: demo.baseUrl, bypassCSP: true })
    const page = await context.newPage()
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(request.resourceType()))
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect(loaded.filter((type) => type !== 'document' && type !== 'image' && type !== 'other')).toEqual([])
    await look(page, name)
    await context.close()
  })

test('the documentation is searched by its form', async ({ page }) => {
  await page.goto('/docs')
  await page.getByRole('searchbox', { name: 'Search the documentation' }).fill('settlement-pending')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/docs\?q=settlement-pending/)
  await page
    .getByRole('link', { name: /outcome|settlement/i })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

test('⌘K and the sidebar lead to the documentation', async ({ signedIn: page }) => {
  await page.goto('/')
  await expect(
    page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Documentation' }),
  ).toHaveAttribute('href', '/docs')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.type('standard webhooks')
  await page
    .getByRole('option', { name: /Webhooks/ })
    .first()
    .click()
  await page.waitForURL(/\/docs\//)
})

test('an address that no page has keeps the navigation', async ({ signedIn: page }) => {
  await page.goto('/no/such/page')
  await expect(page.getByText('There is nothing at this address')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await look(page, 'not-found-anywhere')
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
