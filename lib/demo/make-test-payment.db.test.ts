import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { generatePrivateKey } from 'viem/accounts'
import type { Scope } from '@/lib/accounts'
import { makeTestPayment } from '.'

// Before anything reads the environment.
Object.assign(process.env, { SLUICE_DEMO: '1', DEMO_PAYER_KEY: generatePrivateKey() })

const member = (role: 'owner' | 'viewer'): Scope.Scope => ({
  address: `0x${'aa'.repeat(20)}`,
  merchantId: randomUUID(),
  operator: false,
  role,
})

it('is made for an owner, and never for a viewer, who changes nothing', async () => {
  await expect(makeTestPayment(member('viewer'), 'x402')).rejects.toMatchObject({ code: 'not-allowed' })
  // An owner comes as far as the shop, which is empty here.
  await expect(makeTestPayment(member('owner'), 'x402')).rejects.toMatchObject({ code: 'not-found' })
})
