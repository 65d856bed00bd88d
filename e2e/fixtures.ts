import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type Cookie, type Page } from '@playwright/test'
import { readDemo, type Demo } from './demo'
import { installWallet, walletName } from './wallet'

type Fixtures = {
  /** Fails the test when a page threw or logged an error. */
  quiet: void
  /** A page whose visitor signed in with the operator's wallet. */
  signedIn: Page
}

type Shared = {
  demo: Demo
  /** The operator's browser state after sign-in. Made once, because it takes seconds. */
  cookies: Cookie[]
}

export const test = base.extend<Fixtures, Shared>({
  demo: [async ({}, use) => use(readDemo()), { scope: 'worker' }],
  baseURL: async ({ demo }, use) => use(demo.baseUrl),
  quiet: [
    async ({ page }, use) => {
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(error.message))
      // A 402 or 404 that a test asks for is an error to the browser only; the paywall blocks Playwright's own scripts.
      const asked = /status of 40[24]|^Blocked script execution/
      page.on('console', (message) => {
        if (message.type() === 'error' && !asked.test(message.text())) errors.push(message.text())
      })
      await use()
      expect(errors, 'errors in the browser').toEqual([])
    },
    { auto: true },
  ],
  cookies: [
    async ({ browser, demo }, use) => {
      const page = await browser.newPage({ baseURL: demo.baseUrl })
      await signIn(page, demo)
      const held = await page.context().cookies()
      await page.close()
      await use(held)
    },
    { scope: 'worker' },
  ],
  signedIn: async ({ page, demo, cookies }, use) => {
    await installWallet(page, demo.operator.privateKey, 84532, demo.networks['eip155:84532']?.rpcUrl)
    await page.context().addCookies(cookies)
    await use(page)
  },
})

export { expect }

/** With the operator's wallet, as a visitor does it. */
export async function signIn(page: Page, demo: Demo): Promise<void> {
  await installWallet(page, demo.operator.privateKey, 84532)
  await page.goto('/sign-in')
  await page.getByRole('button', { name: walletName }).click()
  await page.waitForURL('**/')
}

/** The serious findings of axe on the page, by all rules or by these. */
export async function seriousViolations(page: Page, rules?: string[]): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // No page has frames, whose findings it would gather in a second page.
    .setLegacyMode()
    .options({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}
