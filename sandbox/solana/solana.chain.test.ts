import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit'
import { x402Client } from '@x402/core/client'
import { x402Facilitator } from '@x402/core/facilitator'
import { toFacilitatorSvmSigner } from '@x402/svm'
import { ExactSvmScheme as ExactClient } from '@x402/svm/exact/client'
import { ExactSvmScheme as ExactFacilitator } from '@x402/svm/exact/facilitator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { letKitFetch } from '../testing/kit-fetch'
import { fundSol, fundSolanaUsdc, solanaNetwork, solanaUsdc, solanaUsdcBalance, startSolana, type Solana } from '.'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-solana-'))
const options = { slotMs: 25, finalSlots: 8, stateDir: dir, logFile: path.join(dir, 'log') }
let solana: Solana
let [payer, feePayer, shop]: KeyPairSigner[] = []

letKitFetch()

beforeAll(async () => {
  solana = await startSolana(options)
  ;[payer, feePayer, shop] = await Promise.all([
    generateKeyPairSigner(),
    generateKeyPairSigner(),
    generateKeyPairSigner(),
  ])
  await fundSol(solana, feePayer?.address ?? '', 10n ** 9n)
  await fundSolanaUsdc(solana, payer?.address ?? '', 1_000_000n)
  await fundSolanaUsdc(solana, shop?.address ?? '', 0n)
})
afterAll(async () => {
  await solana.stop()
  rmSync(dir, { recursive: true, force: true })
})

const requirements = () => ({
  scheme: 'exact',
  network: solanaNetwork as `${string}:${string}`,
  asset: solanaUsdc,
  amount: '1000',
  payTo: shop?.address ?? '',
  maxTimeoutSeconds: 60,
  extra: { feePayer: feePayer?.address, nonce: randomUUID() },
})

async function pay() {
  const client = new x402Client().register(
    solanaNetwork,
    new ExactClient(payer as KeyPairSigner, { rpcUrl: solana.url }),
  )
  const accepted = requirements()
  const payload = await client.createPaymentPayload({
    x402Version: 2,
    resource: { url: 'http://sluice.test/x', description: '', mimeType: 'application/json' },
    accepts: [accepted],
  })
  const signer = toFacilitatorSvmSigner(feePayer as KeyPairSigner, { defaultRpcUrl: solana.url })
  const facilitator = new x402Facilitator().register(solanaNetwork, new ExactFacilitator(signer))
  return { payload, accepted, facilitator }
}

type Status = { confirmationStatus: string } | null
async function statusOf(signature: string): Promise<Status | undefined> {
  return (await solana.rpc<{ value: Status[] }>('getSignatureStatuses', [[signature]])).value[0]
}

it('is paid on by the official client and settled by the official facilitator, until it is finalized', async () => {
  const { payload, accepted, facilitator } = await pay()
  expect(await facilitator.verify(payload, accepted)).toMatchObject({ isValid: true, payer: payer?.address })
  const settled = await facilitator.settle(payload, accepted)
  expect(settled).toMatchObject({ success: true })
  expect(await solanaUsdcBalance(solana, shop?.address ?? '')).toBe(1_000n)
  expect(await solanaUsdcBalance(solana, payer?.address ?? '')).toBe(999_000n)
  await expect.poll(() => statusOf(settled.transaction)).toMatchObject({ confirmationStatus: 'finalized' })
  const told = await solana.rpc<{ meta: { fee: number; err: null } }>('getTransaction', [
    settled.transaction,
    { maxSupportedTransactionVersion: 0 },
  ])
  // Two signatures, and 20,000 units at a price of one micro-lamport.
  expect(told.meta).toMatchObject({ fee: 10_001, err: null })
})

it('refuses what it ran before, what has expired and what would fail, as nodes do', async () => {
  const { payload, accepted, facilitator } = await pay()
  const sent = payload.payload.transaction as string
  await expect(solana.rpc('sendTransaction', [sent, { encoding: 'base64' }])).rejects.toThrow('signature verification')
  await solana.rpc('sandbox_advance', [200])
  expect(await facilitator.verify(payload, accepted)).toMatchObject({
    invalidReason: 'invalid_exact_svm_transaction_simulation_failed',
  })
  const simulated = await solana.rpc<{ value: { err: unknown } }>('simulateTransaction', [sent, { encoding: 'base64' }])
  expect(simulated.value.err).toBe('BlockhashNotFound')
  const replaced = { encoding: 'base64', replaceRecentBlockhash: true }
  expect(await solana.rpc('simulateTransaction', [sent, replaced])).toMatchObject({ value: { err: null } })
})

it('keeps its accounts and what ran when it is started again', async () => {
  const { payload, accepted, facilitator } = await pay()
  const settled = await facilitator.settle(payload, accepted)
  const before = await solanaUsdcBalance(solana, shop?.address ?? '')
  await solana.stop()
  solana = await startSolana(options)
  expect(await solanaUsdcBalance(solana, shop?.address ?? '')).toBe(before)
  expect(await statusOf(settled.transaction)).toBeTruthy()
})
