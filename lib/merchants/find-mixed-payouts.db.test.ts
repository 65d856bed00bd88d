import { getAddress } from 'viem'
import { expect, it } from 'vitest'
import { signerFor } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { createResource, findMixedPayouts } from '.'

const merchantId = '11111111-1111-4111-8111-111111111111'
const network = 'eip155:84532'
const address = `0x${'ab'.repeat(20)}`
const owner = { address, merchantId, operator: false, role: 'owner' as const }

it('finds the resources that are paid to a signer, whatever it signs for', async () => {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  const create = async (path: string, payTo: string) => {
    const draft = { name: path, method: 'GET' as const, path, price: '0.01', payouts: [{ network, payTo }] }
    const upstreamUrl = 'https://api.example.com/'
    return (await createResource(createCtx({ kind: 'member', id: address }), owner, { ...draft, upstreamUrl })).id
  }
  await create('/apart', address)
  expect(await findMixedPayouts()).toEqual([])
  const executor = getAddress(signerFor(network, 'execution')?.address ?? '0x')
  const resourceId = await create('/mixed', executor)
  expect(await findMixedPayouts()).toEqual([
    { resourceId, resource: '/mixed', network, payTo: executor, purpose: 'execution' },
  ])
  // No signer is configured there, and the network is not served.
  await db.execute(sql`UPDATE resource_payout SET network = 'eip155:137' WHERE resource_id = ${resourceId}::uuid`)
  expect(await findMixedPayouts()).toEqual([])
})
