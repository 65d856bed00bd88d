import { toHex } from 'viem'
import { beforeAll, expect, it } from 'vitest'
import { signerFor } from '@/lib/chains'
import { tempoNetwork } from '@/sandbox/tempo'
import { ctx, evm, network } from '@/sandbox/testing/execution-rig'
import { openMerchant } from '@/sandbox/testing/webhook-rig'
import { checkAlerts, createRule, listOpenAlerts } from '.'

let owner: Awaited<ReturnType<typeof openMerchant>>['owner'] & { operator: boolean }
beforeAll(async () => {
  owner = { ...(await openMerchant()).owner, operator: true }
})

it('tells of the signer that runs out of gas, and of no other', async () => {
  const low = signerFor(network, 'refund')?.address ?? '0x'
  await evm.rpc('anvil_setBalance', [low, toHex(10n ** 16n)])
  await createRule(ctx, owner, { kind: 'gas', network, below: '0.05' })
  await createRule(ctx, owner, { kind: 'gas', network: tempoNetwork, below: '999999999' })
  await checkAlerts(ctx)
  const alerts = await listOpenAlerts(owner)
  const own = alerts.filter(({ subject }) => subject.startsWith(`signer:${network}:`))
  expect(own).toMatchObject([
    { subject: `signer:${network}:${low}`, message: expect.stringContaining('holds 0.01 ETH') },
  ])
  const tempo = alerts.filter(({ subject }) => subject.startsWith(`signer:${tempoNetwork}:`))
  expect(tempo.length).toBeGreaterThan(0)
  await evm.rpc('anvil_setBalance', [low, toHex(10n ** 20n)])
})
