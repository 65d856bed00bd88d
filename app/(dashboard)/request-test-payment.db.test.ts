import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { generatePrivateKey } from 'viem/accounts'
import { serveDemoPayments } from '@/sandbox/demo-payment/serve'
import type { MemberScope } from '@/lib/auth'
import { requestTestPayment } from './request-test-payment'

const agent = await serveDemoPayments({ payerKey: generatePrivateKey(), tempoUrl: 'http://127.0.0.1:1' })
afterAll(agent.close)

// Before the environment is read.
Object.assign(process.env, { SLUICE_DEMO: '1', DEMO_PAYMENT_URL: agent.url })

const member = (role: 'owner' | 'viewer'): MemberScope.MemberScope => ({
  address: `0x${'aa'.repeat(20)}`,
  merchantId: randomUUID(),
  operator: false,
  role,
})

it('is made for an owner, and never for a viewer, who changes nothing', async () => {
  await expect(requestTestPayment(member('viewer'), 'x402')).rejects.toMatchObject({ code: 'not-allowed' })
  // An owner reaches the agent, and this shop is empty.
  await expect(requestTestPayment(member('owner'), 'x402')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('No resource is sold on eip155:84532') as string,
  })
})

it('names a way to pay that does not exist', async () => {
  await expect(requestTestPayment(member('owner'), 'cash' as 'x402')).rejects.toMatchObject({ code: 'bad-input' })
})
