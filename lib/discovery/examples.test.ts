import { describe, expect, it } from 'vitest'
import { byMpp, bySession, promptFor, snippetsOf } from './examples'
import type { PaymentOffer } from './PaymentOffer'

/** That the programs run as they are printed is shown by e2e/agents/docs.spec.ts. */

const call = { method: 'GET', url: 'https://sluice.example/gateway/acme/a' }
const offer = (protocol: 'x402' | 'mpp', method: string, network: string, intent = 'charge'): PaymentOffer => ({
  protocol,
  method,
  intent,
  network: network as PaymentOffer['network'],
  currency: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
  amountBase: 10_000n,
})
const names = (offers: readonly PaymentOffer[]) => snippetsOf(call, offers).map(({ name }) => name)

describe('snippetsOf', () => {
  it('has a program for each protocol that is offered, and curl always', () => {
    expect(names([])).toEqual(['curl'])
    expect(names([offer('x402', 'exact', 'eip155:84532')])).toEqual(['curl', 'x402', 'Python'])
    expect(names([offer('mpp', 'tempo', 'eip155:4217')])).toEqual(['curl', 'MPP'])
    expect(names([offer('mpp', 'tempo', 'eip155:4217', 'session')])).toEqual(['curl', 'Session'])
    expect(names([offer('x402', 'exact', 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1')])).toEqual(['curl'])
  })

  it('signs a maximum where the price depends on the answer', () => {
    const [, x402] = snippetsOf(call, [offer('x402', 'upto', 'eip155:84532')])
    expect(x402?.code).toContain(`import { UptoEvmScheme } from '@x402/evm/upto/client'`)
    expect(names([offer('x402', 'upto', 'eip155:84532')])).not.toContain('Python')
  })

  it('prefers the charge on Tempo for MPP, and prints every answer', () => {
    const snippets = snippetsOf(call, [offer('mpp', 'evm', 'eip155:84532'), offer('mpp', 'tempo', 'eip155:4217')])
    expect(snippets.find(({ name }) => name === 'MPP')?.code).toContain('tempo.charge(')
    for (const { name, code } of snippets.filter(({ name: one }) => one !== 'curl'))
      expect([name, code]).toEqual([name, expect.stringMatching(/console\.log|print\(/)])
  })
})

it('a Tempo chain that mppx has no endpoint for gets a client, whose address comes from the environment', () => {
  const method = { code: 'tempo.charge({ account })', network: 'eip155:1337' } as const
  expect(byMpp(call, method)).toContain('createClient({ chain: tempoLocalnet, transport: http(process.env.RPC_URL) })')
  expect(byMpp(call, method)).toContain('tempo.charge({ account, getClient })')
  expect(byMpp(call, { ...method, network: 'eip155:4217' })).not.toContain('createClient')
  expect(bySession(call, 'eip155:42431')).toContain('chain: tempoModerato')
})

it('a prompt names the request, the rules and the program', () => {
  const [, snippet] = snippetsOf(call, [offer('x402', 'exact', 'eip155:84532')])
  const prompt = promptFor(call, snippet)
  expect(prompt).toContain('GET https://sluice.example/gateway/acme/a')
  expect(prompt).toContain('https://sluice.example/llms.txt')
  expect(prompt).toContain('settlement-pending')
  expect(prompt).toContain(snippet?.code)
})
