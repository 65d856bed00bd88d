import { expect, seriousViolations, signIn, test } from '../fixtures'

test('a visitor is sent to sign in, and a wallet signs in and out', async ({ page, demo }) => {
  await signIn(page, demo)
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const cookies = await page.context().cookies()
  const session = cookies.find(({ httpOnly }) => httpOnly)
  expect(session).toMatchObject({ httpOnly: true, sameSite: expect.stringMatching(/Lax|Strict/) })

  await page.context().clearCookies()
  await page.goto('/payments')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('the demo merchant signs in without an extension', async ({ page }) => {
  await page.goto('/sign-in')
  expect(await seriousViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Continue as the demo merchant' }).click()
  await page.waitForURL('**/')
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
})
