import type { Page } from '@playwright/test'
import { Mppx, stripe } from 'mppx/client'
import { mintToken } from '../../sandbox/stripe'
import type { Demo } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'

/** The bank of a card disputes a payment, and a merchant answers: with evidence, or by accepting it. */

type Sold = Demo & { resources: { dossier: string }; stripe: { url: string; profile: string } }

/** Buys with a card of Stripe's test mode. @returns the id of the payment. */
async function buy(demo: Demo, paymentMethod: string): Promise<string> {
  const { resources, stripe: sandbox } = demo as Sold
  const agent = Mppx.create({
    polyfill: false,
    methods: [
      stripe.charge({
        paymentMethod,
        createToken: ({ amount }) => mintToken(sandbox, { amount, profile: sandbox.profile, paymentMethod }),
      }),
    ],
  })
  const response = await agent.fetch(resources.dossier)
  expect(response.status).toBe(200)
  return response.headers.get('sluice-payment') ?? ''
}

const panelOf = (page: Page) => page.getByRole('region', { name: 'Dispute', exact: true })

/** Opens the page of a payment until its dispute came by a webhook. */
async function openDispute(page: Page, paymentId: string): Promise<void> {
  await expect(async () => {
    await page.goto(`/payments/${paymentId}`)
    await expect(panelOf(page)).toBeVisible({ timeout: 2_000 })
  }).toPass()
}

test('a dispute is listed with its due date, and answered with evidence', async ({ signedIn: page, demo }) => {
  const paymentId = await buy(demo, 'pm_card_createDispute')
  await openDispute(page, paymentId)
  const panel = panelOf(page)
  await expect(panel).toContainText('Answer it')
  await expect(page.getByRole('button', { name: /^Refund: A dispute took the money/ })).toBeDisabled()
  await panel.getByText('The evidence that Sluice would submit').click()
  await expect(panel).toContainText('Answer delivered:')
  await look(page, 'payments-disputed')

  await page.goto('/disputes?tab=open')
  await expect(page.getByRole('table').first()).toContainText('Answer it')
  await look(page, 'disputes-open')

  await openDispute(page, paymentId)
  await panel.getByRole('button', { name: 'Submit evidence' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('What was sold').fill('')
  await dialog.getByRole('button', { name: 'Submit' }).click()
  await expect(dialog).toContainText('Write what was sold')
  await dialog.getByLabel('What was sold').fill('A dossier, delivered over HTTP.')
  await dialog.getByLabel('Your words').fill('Our own program ordered it.')
  await dialog.getByRole('button', { name: 'Submit' }).click()
  await expect(dialog).toBeHidden()
  await expect(panel.getByRole('button', { name: 'Submit evidence' })).toBeHidden()
  await expect(panel).toContainText('The evidence that was submitted')
})

test('a dispute is accepted after a question, and is lost', async ({ signedIn: page, demo }) => {
  await openDispute(page, await buy(demo, 'pm_card_createDispute'))
  await panelOf(page).getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click()
  await expect(panelOf(page)).toContainText('The payer keeps the money.')
  await page.goto('/disputes?tab=lost')
  await expect(page.getByRole('table').first()).toContainText('Lost')
})

test('a fraud warning is answered by one button', async ({ signedIn: page, demo }) => {
  const paymentId = await buy(demo, 'pm_card_createIssuerFraudRecord')
  const panel = page.getByRole('region', { name: 'Fraud warning' })
  await expect(async () => {
    await page.goto(`/payments/${paymentId}`)
    await expect(panel).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await look(page, 'payments-fraud')
  await panel.getByRole('button', { name: 'Refund now' }).click()
  await expect(panel.getByRole('button', { name: 'Refund now' })).toBeHidden()
  await expect(page.locator('#refund')).toContainText('The issuer of the card warned of fraud')
})
