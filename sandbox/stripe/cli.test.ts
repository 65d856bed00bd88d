import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mintToken, previewVersion, startStripe, type StripeServer } from '.'

/** The official command line of Stripe, offline: its hidden `--api-base` leads to the sandbox. */

const require = createRequire(import.meta.url)
const shim = require.resolve('@stripe/cli/bin/shim.js')
let server: StripeServer
let home: string

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'stripe-cli-'))
  server = await startStripe()
})
afterAll(async () => {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
})

/** Runs one command with a home of its own, and none of the caller's settings. Returns its output. */
async function run(...args: string[]): Promise<string> {
  const options = ['--api-base', server.url, '--api-key', server.secretKey, '--color', 'off']
  const { stdout } = await promisify(execFile)(process.execPath, [shim, ...options, ...args], {
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH ?? '',
      HOME: home,
      XDG_CONFIG_HOME: home,
      STRIPE_CLI_TELEMETRY_OPTOUT: '1',
    },
  })
  return stdout
}

const cli = async (...args: string[]) => JSON.parse(await run(...args)) as Record<string, unknown> & { data: unknown[] }
const pay = (method: string) =>
  cli('payment_intents', 'create', '--amount=2000', '--currency=usd', '--confirm=true', `--payment-method=${method}`)

test('it pays, lists, refunds, and reads the balance', async () => {
  const intent = await pay('pm_card_visa')
  expect(intent).toMatchObject({ object: 'payment_intent', amount: 2_000, status: 'succeeded' })
  expect((await cli('payment_intents', 'list', '--limit', '3')).data).toMatchObject([{ id: intent.id }])
  const refund = await cli(
    'refunds',
    'create',
    `--payment-intent=${String(intent.id)}`,
    '--amount=500',
    '--reason=duplicate',
  )
  expect(refund).toMatchObject({ object: 'refund', amount: 500, status: 'succeeded', reason: 'duplicate' })
  expect(await cli('balance', 'retrieve')).toMatchObject({
    pending: [{ amount: 1_912 }],
    available: [{ amount: -500 }],
  })
  expect((await cli('balance_transactions', 'list')).data).toMatchObject([{ type: 'refund' }, { type: 'charge' }])
  expect((await cli('events', 'list', '--type=charge.refunded')).data).toHaveLength(1)
})

test('it takes part in a dispute', async () => {
  await pay('pm_card_createDispute')
  const [dispute] = (await cli('disputes', 'list')).data as { id: string }[]
  expect(dispute).toMatchObject({ status: 'needs_response', amount: 2_000 })
  const update = ['disputes', 'update', dispute?.id ?? '', '-d', 'evidence[uncategorized_text]=winning_evidence']
  expect(await cli(...update)).toMatchObject({ status: 'under_review' })
  server.controls.advance(10_000)
  expect(await cli('disputes', 'retrieve', dispute?.id ?? '')).toMatchObject({ status: 'won' })
})

test('it charges a shared payment token, with the preview version', async () => {
  const token = await mintToken(server, { amount: 700 })
  const fields = [
    '-d',
    'amount=700',
    '-d',
    'currency=usd',
    '-d',
    'confirm=true',
    '-d',
    `shared_payment_granted_token=${token}`,
  ]
  expect(await cli('post', '/v1/payment_intents', ...fields, '-v', previewVersion)).toMatchObject({
    status: 'succeeded',
  })
})

test('errors come as Stripe words them, and nothing is written outside of its home', async () => {
  expect(await run('refunds', 'create', '--payment-intent=pi_none')).toContain("No such payment_intent: 'pi_none'")
  expect(readdirSync(home)).toEqual(['stripe'])
})
