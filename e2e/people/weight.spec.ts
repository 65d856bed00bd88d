import { byX402 } from '../clients'
import { expect, test } from '../fixtures'

/** What a page weighs, and whether its tables say what they hide. */

const tablePages = ['/transactions', '/resources', '/settlements', '/channels', '/webhooks']
// The fields of their dialogs are loaded when a dialog opens.
const pagesWithForms = ['/payments', '/payers']
const chartPages = ['/', '/networks']
const kB = 1_000

for (const [paths, most] of [
  [tablePages, 180],
  [pagesWithForms, 180],
  [chartPages, 220],
] as const)
  for (const path of paths)
    test(`${path} loads less than ${most} kB of scripts`, async ({ signedIn: page }) => {
      await page.goto(path)
      await page.waitForLoadState('networkidle')
      const { scripts, fonts } = await page.evaluate(() => {
        const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
        const sum = (pattern: RegExp) =>
          entries
            .filter(({ name }) => pattern.test(new URL(name).pathname))
            .reduce((bytes, { encodedBodySize }) => bytes + encodedBodySize, 0)
        return { scripts: sum(/\.js$/), fonts: sum(/\.woff2$/) }
      })
      console.log(`${path}: ${Math.round(scripts / kB)} kB of scripts, ${Math.round(fonts / kB)} kB of fonts`)
      expect(scripts).toBeGreaterThan(0)
      expect(scripts).toBeLessThan(most * kB)
      expect(fonts).toBeLessThan(60 * kB)
    })

test('no table loses a column without a sign', async ({ signedIn: page, demo }) => {
  await byX402(demo, demo.resources.fixed)
  for (const path of tablePages)
    for (const width of [390, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      await page.goto(path)
      const faults = await page.evaluate(() =>
        [...document.querySelectorAll('table')].flatMap((table) => {
          const scroller = table.parentElement
          const isCut = scroller !== null && scroller.scrollWidth > scroller.clientWidth + 1
          const hides = [...table.querySelectorAll('th')].some((head) => getComputedStyle(head).display === 'none')
          const sign = table.closest('.data-table')?.querySelector('.more-columns')
          const caption = table.caption?.textContent ?? 'a table'
          return [
            ...(isCut && !scroller.classList.contains('scroll-edges') ? [`${caption} is cut off`] : []),
            ...(hides && !(sign && getComputedStyle(sign).display !== 'none') ? [`${caption} hides a column`] : []),
          ]
        }),
      )
      expect.soft(faults, `${path} at ${width}`).toEqual([])
    }

  // All columns come back on demand.
  await page.setViewportSize({ width: 390, height: 900 })
  await page.goto('/payments')
  const headers = page.getByRole('columnheader')
  const before = await headers.count()
  expect(before).toBeGreaterThan(1)
  const all = page.getByRole('checkbox', { name: 'Some columns are hidden: show all of them' })
  await all.check()
  await expect.poll(() => headers.count()).toBeGreaterThan(before)
})

test('a description of one long word does not widen the page', async ({ signedIn: page }) => {
  await page.goto('/')
  // Not before React has taken the page over: it would compare the word with its own.
  await page.waitForFunction(() =>
    Object.keys(document.querySelector('h1') ?? {}).some((key) => key.startsWith('__reactFiber')),
  )
  const widest = await page.evaluate(() => {
    const heading = document.querySelector('h1')
    if (heading) heading.textContent = 'x'.repeat(2_000)
    return document.documentElement.scrollWidth - innerWidth
  })
  expect(widest).toBeLessThanOrEqual(0)
})
