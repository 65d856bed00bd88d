import { byX402 } from '../clients'
import { balance, evm } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'
import { fillResource, openSection } from '../resource-form'

/** A merchant prices by what is asked for, agents pay exactly that, and another price is tried on it before it counts. */

// Pictures and axe take seconds each on a busy machine.

// What the server says while one types comes one answer after the other.

test('a price by the row is quoted, paid, tried at another price, changed, and taken back', async ({
  signedIn: page,
  demo,
}) => {
  const path = `/rows-${Date.now()}`
  await page.goto('/resources/new')
  await fillResource(page, { address: `${demo.upstream.baseUrl}/echo`, price: '0.001', name: 'Rows', path })
  await openSection(page, 'Price rules')
  await page.getByLabel('What else is counted').click()
  await page.getByRole('option', { name: 'A parameter of the query' }).click()
  await page.getByLabel('Which parameter').fill('limit')
  await page.getByLabel('Word for one of them').fill('row')
  await page.getByLabel('How many a price is for').fill('10')
  await page.getByLabel('Dollars, step 1').fill('0.002')
  // Nothing is blamed before it is there, and then with the way out.
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await expect(page.getByText('Write the most that a call may cost').first()).toBeVisible()
  await page.getByLabel('At most, dollars').fill('0.05')
  await page.getByLabel('How many rows').fill('25')
  await expect(page.getByText('25 rows at $0.002 for 10')).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: '$0.006' })).toBeVisible()
  await page.getByRole('button', { name: 'Put on sale' }).click()
  await page.waitForURL(/\/resources\/[0-9a-f-]{36}$/)
  const resourcePage = page.url()

  const url = `${demo.baseUrl}/gateway/${demo.merchant.slug}${path}`
  const payTo = demo.merchant.payTo
  const held = await balance(demo, evm, payTo)
  for (const query of ['?limit=25', '?limit=5', ''])
    expect((await byX402(demo, `${url}${query}`)).response.status).toBe(200)
  // $0.006, $0.002, and the most where a request does not say how many.
  expect((await balance(demo, evm, payTo)) - held).toBe(6_000n + 2_000n + 50_000n)

  await page.goto(`${resourcePage}/edit`)
  await openSection(page, 'Price rules')
  await page.getByLabel('Dollars, step 1').fill('0.004')
  await page.getByLabel('Remark for the price book').fill('Rows cost more')
  await page.getByRole('button', { name: 'Try it' }).click()
  await expect(page.getByText('Calls that would cost more')).toBeVisible()
  // $0.011, $0.003 and $0.05.
  await expect(page.getByText('$0.064').first()).toBeVisible()
  await look(page, 'resources-edit-replay')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.waitForURL(resourcePage)

  await page.goto(`${resourcePage}/prices`)
  await expect(page.getByText('$0.004 for 10 rows (a parameter of the query, limit), instead of')).toBeVisible()
  await expect(page.getByText('Rows cost more')).toBeVisible()
  await look(page, 'resources-prices')
  await page.getByRole('button', { name: /Sell at this again/ }).click()
  await page.getByRole('button', { name: 'Sell at this price' }).click()
  await expect(page.getByText('Version 3').first()).toBeVisible()
  await expect(page.getByText('Back to version 1')).toBeVisible()
})
