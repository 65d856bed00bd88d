import { expect, test } from '../fixtures'
import { look } from '../look'

/** The keyboard: pages, rows, search, help, and what the command menu does. */

test('pages, rows and the search are reached by single keys, which can be switched off', async ({ signedIn: page }) => {
  await page.goto('/')
  await expect(page.getByRole('button', { name: /Find anything/ })).toBeEnabled()
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await expect(async () => {
    await press('g', 'r')
    await page.waitForURL('**/resources', { timeout: 20_000 })
  }).toPass()
  await expect(page.getByRole('heading', { name: 'Resources', level: 1 })).toBeVisible()
  const links = page.getByRole('table').first().locator('tbody tr')
  // The page may still replace what it prefetched, and the focus with it.
  await expect(async () => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await press('j')
    await expect(links.nth(0).getByRole('link').first()).toBeFocused({ timeout: 1_000 })
  }).toPass()
  await press('j')
  await expect(links.nth(1).getByRole('link').first()).toBeFocused()
  await press('k')
  await expect(links.nth(0).getByRole('link').first()).toBeFocused()
  await press('/')
  const search = page.getByRole('searchbox', { name: 'Search resources' })
  await expect(search).toBeFocused()
  // Letters in a field are letters.
  await search.pressSequentially('gp fortune')
  await expect(search).toHaveValue('gp fortune')
  await search.fill('fortune')
  await search.press('Enter')
  await page.waitForURL(/q=fortune/)
  await expect(page.getByRole('table').first()).toContainText('/fortune')
  await page.getByRole('link', { name: /^Price/ }).click()
  await expect(page.getByRole('table', { name: 'Resources by price' })).toBeVisible()
  await look(page, 'resources-search')

  await press('Shift+?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await expect(help).toContainText('Payments')
  await look(page, 'keyboard-help')
  await help.getByRole('switch').click()
  await press('Escape')
  await expect(help).toHaveCount(0)
  await press('g', 'p')
  await page.waitForTimeout(500)
  expect(page.url()).toContain('/resources')
})

test('the command menu switches the theme, and pauses the shop after a question', async ({ signedIn: page }) => {
  await page.goto('/settings')
  await expect(page.getByRole('button', { name: 'Pause all sales' })).toBeEnabled()
  await look(page, 'settings-sales')
  const find = async (text: string) => {
    await page.keyboard.press('Control+K')
    await page.getByRole('combobox', { name: 'Find' }).fill(text)
  }
  await find('docs')
  await expect(page.getByRole('option', { name: 'Documentation' })).toBeVisible()
  await page.keyboard.press('Escape')
  await find('dark')
  await page.getByRole('option', { name: 'Dark theme' }).click()
  await expect(page.locator('html')).toHaveClass(/dark/)
  await find('pause')
  await page.getByRole('option', { name: 'Pause all sales' }).click()
  await expect(page.getByRole('dialog')).toContainText('Every resource answers 503 until you resume')
  await look(page, 'command-pause')
  await page.getByRole('option', { name: 'Yes: pause all sales' }).click()
  await expect(page.getByText('All sales are paused', { exact: true })).toBeVisible()
  await find('resume')
  await page.getByRole('option', { name: 'Resume sales' }).click()
  await expect(page.getByRole('button', { name: 'Pause all sales' })).toBeVisible()
  await find('light')
  await page.getByRole('option', { name: 'Light theme' }).click()
})
