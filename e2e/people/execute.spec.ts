import { encodeFunctionData, erc20Abi, toHex } from 'viem'
import { balance, evm, networkOf } from '../demo'
import { expect, test } from '../fixtures'
import { look } from '../look'

/** An owner writes a policy and makes a key, a program executes under it, and the key is taken away again. */

type Seen = { id: string; status: string; outcome: string; links: { self: string; events: string } }

test('a policy is written, a program executes under it, and its key is revoked', async ({ signedIn: page, demo }) => {
  const name = `payouts-${Date.now()}`
  const { asset } = networkOf(demo, evm)
  await page.goto('/policies')
  await page.getByRole('link', { name: 'New policy' }).click()
  await page.getByLabel('Name of the policy').fill(name)
  await page.getByLabel('Name for people').fill('USDC')
  await page.getByLabel('Address').fill(asset)
  await page.getByLabel('Functions').fill('transfer(address,uint25)')
  await page.getByRole('button', { name: 'Create policy' }).click()
  await expect(page.getByLabel('Functions')).toHaveAttribute('aria-invalid', 'true')
  await look(page, 'policy-form')
  await page.getByLabel('Functions').fill('transfer(address,uint256)')
  await page.getByRole('button', { name: 'Create policy' }).click()
  await page.waitForURL(/\/policies\/[0-9a-f-]{36}$/)
  const policyPage = page.url()

  await page.goto('/keys')
  await page.getByRole('button', { name: 'New API key' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Policy').click()
  await page.getByRole('option', { name }).click()
  await look(page, 'key-form')
  await page.getByRole('button', { name: 'Execution', exact: true }).click()
  await expect(page.getByRole('dialog').getByRole('checkbox', { checked: true })).toHaveCount(2)
  await page.getByRole('button', { name: 'Everything my role may' }).click()
  await look(page, 'key-preset')
  await page.getByRole('button', { name: 'Create key' }).click()
  const old = (await page.getByRole('region', { name: 'API key' }).textContent()) ?? ''
  expect(old).toMatch(/^sk_[0-9a-f]{8}_[0-9a-f]{64}$/)
  await page.getByRole('button', { name: 'I have copied it' }).click()
  const row = page.getByRole('row').filter({ hasText: name })
  await row.getByRole('button', { name: `Rotate ${name}` }).click()
  await look(page, 'key-rotate')
  await page.getByRole('button', { name: 'Rotate', exact: true }).click()
  const key = (await page.getByRole('region', { name: 'API key' }).textContent()) ?? ''
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await expect(row).toContainText(`Old secret ${old.slice(0, 11)}… works until`)
  await look(page, 'keys-rotated')
  const read = (secret: string) =>
    fetch(`${demo.baseUrl}/api/v1/transactions`, { headers: { authorization: `Bearer ${secret}` } })
  expect([(await read(old)).status, (await read(key)).status]).toEqual([200, 200])
  await expect(row).toContainText(key.slice(0, 11))
  await expect(page.getByText(key)).toHaveCount(0)

  const ask = (body: object, idempotencyKey: string) =>
    fetch(`${demo.baseUrl}/api/v1/transactions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
    })
  const to = toHex(BigInt(Date.now()), { size: 20 })
  const transfer = {
    network: evm,
    to: asset,
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, 7n] }),
  }
  const accepted = await ask(transfer, name)
  expect([accepted.status, accepted.status === 202 ? '' : await accepted.text()]).toEqual([202, ''])
  const { id, links } = (await accepted.json()) as Seen
  const replayed = await ask(transfer, name)
  expect(replayed.headers.get('idempotent-replay')).toBe('true')
  expect(((await replayed.json()) as Seen).id).toBe(id)
  expect((await ask({ ...transfer, data: '0x095ea7b3' }, 'other')).status).toBe(403)

  // The stream ends with the transaction, in its final block; one that breaks off is taken up behind its last event.
  const authorization = `Bearer ${key}`
  let told = ''
  while (!told.includes('event: transaction.final')) {
    const after = [...told.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? '0'
    told += await (await fetch(links.events, { headers: { authorization, 'last-event-id': after } })).text()
  }
  expect(told).toMatch(/event: transaction\.queued[\s\S]+event: transaction\.final/)
  const seen = (await (await fetch(links.self, { headers: { authorization } })).json()) as Seen
  expect(seen).toMatchObject({ status: 'final', outcome: 'succeeded' })
  expect(await balance(demo, evm, to)).toBe(7n)

  await page.goto(policyPage)
  await expect(page.getByText('transfer(address,uint256)').first()).toBeVisible()
  await expect(page.getByText(/Version 1/)).toBeVisible()
  await look(page, 'policy')
  await page.goto('/policies')
  await look(page, 'policies')
  await page.goto('/keys')
  await expect(row).toContainText('Active')
  await look(page, 'keys')
  await row.getByRole('button', { name: /Revoke/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(row).toContainText('Revoked')
  expect((await fetch(links.self, { headers: { authorization } })).status).toBe(401)

  // An edit is a new version, and the page says what it changed.
  await page.goto(`${policyPage}/edit`)
  await page.getByLabel('Most fees').fill('2000000 gwei')
  await page.getByRole('button', { name: 'Save policy' }).click()
  await page.waitForURL(policyPage)
  await expect(page.getByText('Version 2', { exact: true })).toBeVisible()
  await expect(page.getByText('fee of one')).toBeVisible()
})
