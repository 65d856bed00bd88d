import { expect, test } from '@playwright/test'
import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit'
import { wrapAxiosWithPayment, x402Client as OldClient } from '@x402/axios'
import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from '@x402/core/http'
import { ExactEvmScheme } from '@x402/evm'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import axios from 'axios'
import { privateKeyToAccount } from 'viem/accounts'
import { rpcOf } from '../../sandbox/anvil'
import { solanaNetwork, solanaUsdcBalance } from '../../sandbox/solana'
import { letKitFetch } from '../../sandbox/testing/kit-fetch'
import { receiptOf } from '../clients'
import { balance, journal, networkOf, readDemo, type Demo } from '../demo'

/** The unmodified client buys on the other networks of a running demo: Solana, and the EVM chain with Polygon's id. */

type OtherWallets = {
  solanaPayer: { seed: string; address: string }
  merchant: { payouts: Record<string, string> }
}
const demo = readDemo() as Demo & OtherWallets
const { fixed, failing } = demo.resources
const polygon = 'eip155:137'
/** $0.01 in base units of six decimals. */
const price = 10_000n
const { rpcUrl } = networkOf(demo, solanaNetwork)
const held = (owner = '') => solanaUsdcBalance({ rpc: rpcOf(rpcUrl) }, owner)

letKitFetch()

async function bySolana() {
  const wallet = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(demo.solanaPayer.seed, 'hex'))
  const client = new ExactSvmScheme(wallet, { rpcUrl })
  return wrapFetchWithPaymentFromConfig(fetch, { schemes: [{ network: solanaNetwork, client }] })
}

test('@x402/fetch buys one answer on Solana for exactly the price', async () => {
  const merchant = demo.merchant.payouts[solanaNetwork]
  const [calls, earned, left] = [
    (await journal(demo)).length,
    await held(merchant),
    await held(demo.solanaPayer.address),
  ]
  const response = await (await bySolana())(fixed)
  expect(response.status).toBe(200)
  const receipt = receiptOf(response)
  expect(receipt).toMatchObject({ success: true, network: solanaNetwork, payer: demo.solanaPayer.address })
  expect(receipt.transaction).toMatch(/^[1-9A-HJ-NP-Za-km-z]{86,88}$/)
  expect((await held(merchant)) - earned).toBe(price)
  expect(left - (await held(demo.solanaPayer.address))).toBe(price)
  expect((await journal(demo)).length).toBe(calls + 1)
})

test('@x402/fetch pays the fee payer of another facilitator, which settles it', async () => {
  const named = async () => {
    const header = (await fetch(demo.relay.url)).headers.get('payment-required') ?? ''
    const { accepts } = decodePaymentRequiredHeader(header)
    return accepts.find(({ network }) => network === solanaNetwork)?.extra.feePayer
  }
  // It is known once the upstream has been asked what it supports.
  await expect.poll(named).toMatch(/./)
  const ours = decodePaymentRequiredHeader((await fetch(fixed)).headers.get('payment-required') ?? '')
  expect(ours.accepts.map(({ extra }) => extra.feePayer)).not.toContain(await named())
  const [earned, left] = [await held(demo.merchant.payouts[solanaNetwork]), await held(demo.solanaPayer.address)]
  const response = await (await bySolana())(demo.relay.url)
  expect(response.status).toBe(200)
  expect(receiptOf(response)).toMatchObject({ success: true, network: solanaNetwork, payer: demo.solanaPayer.address })
  expect((await held(demo.merchant.payouts[solanaNetwork])) - earned).toBe(price)
  expect(left - (await held(demo.solanaPayer.address))).toBe(price)
})

test('@x402/axios, sixteen minor versions older, buys the same', async () => {
  const merchant = demo.merchant.payouts[solanaNetwork]
  const earned = await held(merchant)
  const wallet = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(demo.solanaPayer.seed, 'hex'))
  const client = new OldClient((_, accepts) => accepts.find(({ network }) => network === solanaNetwork) ?? accepts[0]!)
  client.register(solanaNetwork, new ExactSvmScheme(wallet, { rpcUrl }) as never)
  const { status, headers } = await wrapAxiosWithPayment(axios.create(), client).get(fixed)
  expect(status).toBe(200)
  expect(decodePaymentResponseHeader(String(headers['payment-response']))).toMatchObject({ success: true })
  expect((await held(merchant)) - earned).toBe(price)
})

test('what was paid on Solana for a failed answer comes back', async () => {
  const before = await held(demo.solanaPayer.address)
  const response = await (await bySolana())(failing)
  expect(response.status).toBeGreaterThanOrEqual(500)
  await expect.poll(() => held(demo.solanaPayer.address)).toBe(before)
})

test('@x402/fetch buys one answer on the chain with Polygon’s id', async () => {
  const before = await balance(demo, polygon, demo.merchant.payTo)
  const client = new ExactEvmScheme(privateKeyToAccount(demo.payer.privateKey))
  const pay = wrapFetchWithPaymentFromConfig(fetch, { schemes: [{ network: polygon, client }] })
  const response = await pay(fixed)
  expect(response.status).toBe(200)
  expect(receiptOf(response)).toMatchObject({ success: true, network: polygon })
  expect((await balance(demo, polygon, demo.merchant.payTo)) - before).toBe(price)
})
