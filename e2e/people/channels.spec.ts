import type { Page } from '@playwright/test'
import { sessionOf } from '../clients'
import { balance, tempo, type Demo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'

/** A merchant follows a real session from its first voucher to its close, and says when channels are settled. */

const unit = 1_000n

// Pictures and axe take seconds each on a busy machine.

/** A session that bought `requests` times; the demo's policy settles it by itself after half a minute. */
async function pay(demo: Demo, requests: number, session = sessionOf(demo, '0.5')) {
  for (let n = 0; n < requests; n++) expect((await session.fetch(demo.resources.session)).status).toBe(200)
  const { channelId } = session
  if (!channelId) throw new Error('no channel was opened')
  return { session, href: `/channels/${channelId.toLowerCase()}`, channelId: channelId.toLowerCase() }
}

test('a session is one line among payments, and its page tells every voucher', async ({ signedIn: page, demo }) => {
  const { session, href, channelId } = await pay(demo, 30)
  await page.goto('/payments')
  const line = page.getByRole('table').first().getByRole('row').filter({ hasText: '30 vouchers' })
  await expect(line).toContainText('$0.03')
  await line.getByRole('link').first().click()
  await page.waitForURL(`**${href}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('$0.03')
  await expect(page.getByText('30 in the last 30 minutes')).toBeVisible()
  await expect(page.getByText('Deposit found on chain')).toBeVisible()
  await look(page, 'channels-one')

  const vouchers = page.getByRole('table', { name: 'Vouchers, the highest first' })
  await expect(vouchers.getByRole('row')).toHaveCount(26)
  await page.getByRole('link', { name: 'Next page' }).click()
  await expect(vouchers.getByRole('row')).toHaveCount(6)
  // The voucher that covers an amount, by keyboard.
  await page.goto(href)
  await page.getByRole('button', { name: 'Cumulative amount' }).press('Enter')
  await page.getByRole('textbox', { name: 'Cumulative amount' }).fill('0.0195')
  await expect(vouchers.getByRole('row')).toHaveCount(2)
  await expect(vouchers.getByRole('row').nth(1)).toContainText('$0.02')
  await expect(vouchers.getByRole('button', { name: 'Copy voucher signature' })).toHaveCount(1)

  await page.goto('/channels')
  await expect(page.getByText('Unclaimed and at risk')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Open', exact: true }).first()).toBeVisible()
  await look(page, 'channels')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused()
  await page.keyboard.type(channelId)
  await expect(page.getByRole('dialog').getByRole('option').first()).toContainText('Channel')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**${href}`)
  await session.close()
})

/** Has Tempo's channels settled after another time. Returns what it was. */
async function scheduleEvery(page: Page, text: string): Promise<string> {
  await page.goto('/settlements')
  await page
    .locator(`a[href$="${encodeURIComponent(tempo)}"]`)
    .filter({ hasText: 'Edit schedule' })
    .click()
  const interval = page.getByRole('textbox', { name: 'Interval' })
  const was = await interval.inputValue()
  await interval.fill(text)
  await page.getByRole('button', { name: 'Save schedule' }).click()
  await page.waitForURL(/\/settlements(#|$)/)
  return was
}

test('settle now and close say what they will do, and do it', async ({ signedIn: page, demo }) => {
  // On a slow machine the schedule would settle before the person does.
  const was = await scheduleEvery(page, '45 min')
  const { payTo } = demo.merchant
  const before = await balance(demo, tempo, payTo)
  const { session, href } = await pay(demo, 7)
  await page.goto(href)
  await page.getByRole('button', { name: 'Settle now' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('It pays $0.007 to you.')
  await look(page, 'channels-settle')
  await dialog.getByRole('button', { name: 'Settle $0.007' }).click()
  await expect(dialog).toContainText('$0.007 paid out. The channel stays open.')
  expect((await balance(demo, tempo, payTo)) - before).toBe(7n * unit)
  await dialog.getByRole('button', { name: 'Done' }).click()
  const history = page.getByRole('table', { name: 'Settlements of this channel, newest first' })
  await expect(history.getByRole('row').nth(1)).toContainText('a team member requested it')

  // Nothing is left to settle, and the dialog says so instead of trying.
  await page.getByRole('button', { name: 'Settle now' }).click()
  await expect(dialog).toContainText('Nothing is unsettled')
  await expect(dialog.getByRole('button', { name: /^Settle/ })).toHaveCount(0)
  await page.keyboard.press('Escape')

  await pay(demo, 2, session)
  await page.getByRole('button', { name: 'Close channel' }).click()
  await expect(dialog).toContainText('It pays $0.002 to you and gives')
  await look(page, 'channels-close')
  await dialog.getByRole('button', { name: 'Close channel' }).click()
  await expect(dialog).toContainText('$0.002 paid out. The channel is closed.')
  expect((await balance(demo, tempo, payTo)) - before).toBe(9n * unit)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Closed: $0.009 was paid out' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Close channel' })).toHaveCount(0)

  await history.getByRole('row').nth(1).getByRole('link').first().click()
  await page.waitForURL(/\/settlements\/[0-9a-f-]{36}/)
  await expect(page.getByRole('table', { name: 'Channels of this batch' }).getByRole('row')).toHaveCount(2)
  await expect(page.getByText('2 vouchers', { exact: true })).toBeVisible()
  await expect(page.getByText('One transaction a payment')).toBeVisible()
  await look(page, 'settlements-channels')
  await scheduleEvery(page, was)
})

test('the schedule says in words what it will do, and where it is wrong', async ({ signedIn: page }) => {
  await page.goto('/settlements')
  // Where something was settled before: its costs are known.
  const edit = page.locator(`a[href$="${encodeURIComponent(tempo)}"]`).filter({ hasText: 'Edit schedule' })
  await edit.click()
  const interval = page.getByRole('textbox', { name: 'Interval' })
  const was = await interval.inputValue()
  const words = page.getByRole('region', { name: 'What it will do' })
  await expect(words).toContainText('whichever comes first')
  await interval.fill('45 min')
  await expect(words).toContainText('45 minutes')
  await expect(page.getByRole('row', { name: /as typed/ })).toContainText('45 min')
  await look(page, 'settlements-schedule')

  await interval.fill('soon')
  await page.getByRole('button', { name: 'Save schedule' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'One field needs attention' })).toBeVisible()
  await expect(interval).toHaveAttribute('aria-invalid', 'true')
  await expect(interval).toBeFocused()
  await expect(page.getByText('Write a time such as').first()).toBeVisible()

  await interval.fill('45 min')
  await page.getByRole('button', { name: 'Save schedule' }).click()
  await page.waitForURL(/\/settlements(#|$)/)
  await expect(page.getByText(/or 45 minutes, whichever comes first/)).toBeVisible()
  await page.goto('/audit?type=policy.updated')
  await expect(page.getByText('policy.updated').first()).toBeVisible()

  // What others of this demo go by.
  await scheduleEvery(page, was)
})

test('a channel that is not there, and filters that match none', async ({ signedIn: page }) => {
  await page.goto(`/channels/0x${'0'.repeat(64)}`)
  await expect(
    page
      .getByRole('heading', { name: /not/i })
      .or(page.getByText(/does not exist|not found/i))
      .first(),
  ).toBeVisible()
  await page.goto('/channels?status=failed&payer=0x00000000')
  await expect(page.getByText('No channels match')).toBeVisible()
  await look(page, 'channels-empty')
})
