import { labelServed } from '@/lib/chains'
import type { ExecutionPolicyDraft } from '@/lib/policies'

/** The form's choices: the served networks, and the currency of their amounts. */
export function policyChoices(): { networks: { value: string; label: string }[]; units: string } {
  const served = labelServed()
  return {
    networks: served.map(({ network, name }) => ({ value: network, label: name })),
    units: served.map(({ name, gasSymbol }) => `${gasSymbol} on ${name}`).join(', '),
  }
}

/** The defaults of a new policy: small caps and common terms. */
export function blankPolicy(network: string): ExecutionPolicyDraft.ExecutionPolicyInput {
  return {
    name: '',
    contracts: [{ network, address: '', label: '', selectors: '' }],
    maxValue: '0',
    maxFee: '0.001',
    policy: { value: '0', fee: '0.02', transactions: '200' },
    key: { value: '', fee: '', transactions: '' },
    agent: { value: '0', fee: '0.005', transactions: '50' },
    urgencies: ['slow', 'standard', 'fast', 'urgent'],
    submissions: ['public'],
    finality: 'included',
    refund: 'when-proven',
  }
}
