import { toHex } from 'viem'
import { beforeEach, expect, it } from 'vitest'
import { signerFor } from '@/lib/chains'
import { tempoNetwork } from '@/sandbox/tempo'
import { setUpExecution, ctx, evm, network } from '@/sandbox/testing/execution-harness'
import { openMerchant } from '@/sandbox/testing/webhook-fixture'
import { checkAlerts, createRule, listOpenAlerts } from '.'
import { readGas } from './read-gas'

setUpExecution()

let owner: Awaited<ReturnType<typeof openMerchant>>['owner'] & { operator: boolean }
beforeEach(async () => {
  owner = { ...(await openMerchant()).owner, operator: true }
})

it('opens an alert only for the signer that runs out of gas', async () => {
  const low = signerFor(network, 'refund')?.address ?? '0x'
  await evm.rpc('anvil_setBalance', [low, toHex(10n ** 16n)])
  await createRule(ctx, owner, { kind: 'gas', network, below: '0.05' })
  await checkAlerts(ctx, 20_000)
  const alerts = await listOpenAlerts(owner)
  expect(alerts).toMatchObject([
    { subject: `signer:${network}:${low}`, message: expect.stringContaining('holds 0.01 ETH') },
  ])
  await evm.rpc('anvil_setBalance', [low, toHex(10n ** 20n)])
})

it('reads the balance of the token that Tempo takes as fee', async () => {
  expect(await readGas(tempoNetwork, signerFor(tempoNetwork, 'settlement')?.address ?? '')).toBeGreaterThan(0n)
  expect(await readGas(tempoNetwork, '0x000000000000000000000000000000000000dead')).toBe(0n)
})
