import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fundUsdc } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { openShop, signFor } from '@/sandbox/testing/shop-fixture'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { closeResourceCache } from '@/lib/merchants'
import { createCtx } from '../ctx'
import { handle } from '.'

const payTo = privateKeyToAccount(generatePrivateKey()).address

/** Runs when the upstream is called, before its stream starts. The stream never ends by itself. `answered` gets its response. */
let meanwhile = async (): Promise<void> => {}
let answered: ((response: ServerResponse) => void) | undefined
const upstream = createServer((_, response) => {
  void meanwhile().then(() => {
    answered?.(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${port}`
  process.env.SETTLE_DEADLINE_MS = '25000'
  await openShop(`http://127.0.0.1:${port}`, payTo)
  await db.execute(sql`UPDATE resource SET streaming = true WHERE path = '/before'`)
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
})
afterAll(async () => {
  await Promise.all([closeResourceCache(), endHeartbeat()])
  upstream.closeAllConnections()
  upstream.close()
})

it('ends an upstream’s stream when its process may no longer deliver the payment', async () => {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  const call = (headers: Record<string, string> = {}) =>
    handle(new Request('http://sluice.test/gateway/acme/before', { headers }))
  // Another process treats this one as dead, and marks the payment for refund.
  meanwhile = async () =>
    void (await db.execute(
      sql`UPDATE payment SET status = 'refund_due', owner_id = NULL WHERE payer = ${payer.address.toLowerCase()}`,
    ))
  const ended = new Promise<void>((resolve) => (answered = (response) => void response.once('close', resolve)))
  const paid = await call({ 'payment-signature': await signFor(await call(), payer) })
  expect([paid.status, ((await paid.json()) as { code: string }).code]).toEqual([409, 'stale-state'])
  await ended
})
