import type { Page } from '@playwright/test'
import { expect, seriousViolations } from './fixtures'

const looks = [
  { name: 'light', colorScheme: 'light', rules: undefined, width: 1280, height: 800 },
  // The same elements in other colours.
  { name: 'dark', colorScheme: 'dark', rules: ['color-contrast'], width: 1280, height: 800 },
  // The same elements in the same colours: what changes is the room.
  { name: '390', colorScheme: 'light', rules: [], width: 390, height: 844 },
] satisfies {
  name: string
  colorScheme: 'light' | 'dark'
  rules: string[] | undefined
  width: number
  height: number
}[]

/** Pictures take as long as everything else here, so only who wants to look at them asks for them. */
const takesPictures = process.env.SLUICE_SCREENS === '1'

/** Nothing serious for axe, nothing wider than the window and, with SLUICE_SCREENS=1, a picture in test-results/screens. */
export async function look(page: Page, name: string): Promise<void> {
  for (const { name: variant, colorScheme, rules, ...size } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(size)
    // Charts and switched colours settle.
    await page.waitForTimeout(250)
    if (takesPictures) await page.screenshot({ path: `test-results/screens/${name}-${variant}.png`, fullPage: true })
    if (rules?.length !== 0) expect.soft(await seriousViolations(page, rules), `axe on ${name}, ${variant}`).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect.soft(overflow, `${name}, ${variant} is wider than its window`).toBeLessThanOrEqual(0)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}
