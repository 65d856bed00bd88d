import type { Page } from '@playwright/test'

/** Opens a closed section of the resource's form. */
export async function openSection(page: Page, title: string): Promise<void> {
  const section = page.locator('details').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
  if ((await section.getAttribute('open')) === null) await section.locator('summary').first().click()
}

type Fields = { address: string; price: string; name: string; path: string }

/** Fills the fields that every resource has. The path is behind “Change”, because it follows from the address. */
export async function fillResource(page: Page, { address, price, name, path }: Fields): Promise<void> {
  await page.getByLabel('Address of your API').fill(address)
  await page.getByLabel(/^Price of one/).fill(price)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByText('Change', { exact: true }).click()
  await page.getByLabel('Path', { exact: true }).fill(path)
}
