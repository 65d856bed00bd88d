import { readDemo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'
import { runProgram } from '../run-program'

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
    await page.waitForURL(/resource=/)
    await expect(page.getByRole('heading', { name: `Ask for GET /${pathname.split('/').at(-1) ?? ''}` })).toBeVisible()
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
  for (const name of ['curl', 'x402', 'MPP', 'Python']) {
    await page.getByRole('tab', { name }).click()
    await expect(page.getByRole('region', { name: `Code for ${name}` })).toContainText('city=Bonn')
  }
})

/** The programs of a resource's page, by tab, and what they print. */
const programs: Record<string, Record<string, RegExp>> = {
  fixed: { curl: /^HTTP\/1\.1 402/, x402: /^200 \{"fortune"/, MPP: /^200 \{"fortune"/ },
  post: { curl: /^HTTP\/1\.1 402/, x402: /^200 \{"summary"/, MPP: /^200 \{"summary"/ },
  session: { x402: /^200 /, MPP: /^200 /, Session: /^200 [^]*spent: '1000'/ },
  metered: { x402: /^200 / },
}

for (const [sold, tabs] of Object.entries(programs))
  test(`the programs on the page of ${sold} run as they are printed`, async ({ signedIn: page }) => {
    const { pathname } = new URL(demo.resources[sold as 'fixed'])
    await page.goto('/resources')
    await page
      .getByRole('link', { name: new RegExp(`${pathname.replace(/^\/gateway\/[^/]+/, '')}$`) })
      .first()
      .click()
    await page.waitForURL(/\/resources\/[0-9a-f-]{36}$/)
    const region = page.getByRole('region', { name: 'Gateway address' })
    for (const [tab, prints] of Object.entries(tabs)) {
      await region.getByRole('tab', { name: tab, exact: true }).click()
      const code = await region.getByRole('region', { name: `Code for ${tab}` }).innerText()
      expect(await runProgram(tab === 'curl' ? 'sh' : 'js', code), code).toMatch(prints)
    }
    await region.getByRole('tab', { name: 'Prompt' }).click()
    await expect(region.getByRole('region', { name: 'Prompt for a coding agent' })).toContainText(pathname)
    if (sold === 'fixed') await look(page, 'resources-try-it')
    await region.getByRole('link', { name: 'Buy it once' }).click()
    await page.waitForURL(/\/playground\?resource=/)
    await expect(page.getByText(demo.resources[sold as 'fixed']).first()).toBeVisible()
  })
