import { describe, expect, it } from 'vitest'
import * as Caps from './Caps'
import * as ExecutionPolicy from './ExecutionPolicy'
import * as ExecutionPolicyDraft from './ExecutionPolicyDraft'

const network = 'eip155:84532'
const token = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'
const transfer = `0xa9059cbb${'00'.repeat(64)}` as const
const approve = `0x095ea7b3${'00'.repeat(64)}` as const

const input: ExecutionPolicyDraft.ExecutionPolicyInput = {
  name: 'Trading bot',
  contracts: [
    { network, address: token, label: 'USDC', selectors: 'transfer(address to, uint256 amount)\n0x095EA7B3' },
    { network, address: `0x${'ab'.repeat(20)}`, label: '', selectors: '*' },
    { network, address: `0x${'cd'.repeat(20)}`, label: 'Treasury', selectors: '0x' },
  ],
  maxValue: '0.5',
  maxFee: '500000 gwei',
  policy: { value: '2', fee: '0.01', transactions: '100' },
  key: { value: '1', fee: '0.005', transactions: '10' },
  agent: { value: '', fee: '', transactions: '' },
  urgencies: ['standard', 'fast'],
  submissions: ['private'],
  finality: 'safe',
  refund: 'when-proven',
}
const { rules } = ExecutionPolicyDraft.parse(input)

const asked = (change: Partial<ExecutionPolicy.PolicySubject> = {}): ExecutionPolicy.PolicySubject => ({
  network,
  calls: [{ to: token, data: transfer, valueWei: 0n }],
  urgency: 'standard',
  submission: null,
  finality: null,
  maxFeeWei: null,
  ...change,
})
const call = (to: string, data: `0x${string}`, valueWei = 0n) => ({ to: to as `0x${string}`, data, valueWei })

const broken = (change: Partial<ExecutionPolicy.PolicySubject>) => {
  const decision = ExecutionPolicy.decide(rules, asked(change))
  expect(decision.allowed).toBe(decision.rules.every(({ ok }) => ok))
  return decision.rules.filter(({ ok }) => !ok)
}

describe('a policy', () => {
  it('allows a request that every rule allows, and returns each verdict', () => {
    const decision = ExecutionPolicy.decide(rules, asked())
    expect(decision.allowed).toBe(true)
    expect(decision.rules.map(({ rule }) => rule)).toEqual([
      'contract',
      'value',
      'fee',
      'urgency',
      'submission',
      'finality',
    ])
    expect(decision.rules[0]?.detail).toBe('Transfer(address,uint256) of USDC may be called.')
  })

  it('applies its own terms if the request has none', () => {
    expect(ExecutionPolicy.complete(rules, asked())).toEqual({
      submission: 'private',
      finality: 'safe',
      maxFeeWei: 500_000_000_000_000n,
    })
  })

  it.each<[string, Partial<ExecutionPolicy.PolicySubject>, string, RegExp]>([
    ['another contract', { calls: [call(`0x${'ee'.repeat(20)}`, transfer)] }, 'contract', /none of the contracts/],
    ['another function', { calls: [call(token, '0x23b872dd')] }, 'contract', /0x23b872dd of USDC may not/],
    ['no call data', { calls: [call(token, '0x')] }, 'contract', /may not/],
    ['half a selector', { calls: [call(token, '0xa905')] }, 'contract', /may not/],
    [
      'data where only transfers are allowed',
      { calls: [call(`0x${'cd'.repeat(20)}`, transfer)] },
      'contract',
      /Treasury/,
    ],
    ['another network', { network: 'eip155:8453' }, 'contract', /eip155:8453/],
    ['too much value', { calls: [call(token, transfer, 5n * 10n ** 17n + 1n)] }, 'value', /0\.5 ETH/],
    ['too high a fee', { maxFeeWei: 500_000_000_000_001n }, 'fee', /0\.0005 ETH/],
    ['another urgency', { urgency: 'urgent' }, 'urgency', /standard, fast/],
    ['another way', { submission: 'public' }, 'submission', /private/],
    ['too early an outcome', { finality: 'included' }, 'finality', /safe/],
  ])('refuses %s', (_, change, rule, detail) => {
    const verdicts = broken(change)
    expect(verdicts.map((verdict) => verdict.rule)).toEqual([rule])
    expect(verdicts[0]?.detail).toMatch(detail)
  })

  it('judges each call of a sequence, and refuses an empty one', () => {
    const verdicts = broken({ calls: [call(token, approve), call(token, '0x12345678')] })
    expect(verdicts).toHaveLength(1)
    expect(verdicts[0]?.detail).toMatch(/^Call 2: /)
    expect(ExecutionPolicy.decide(rules, asked({ calls: [] })).allowed).toBe(false)
    const bare: ExecutionPolicy.PolicyRules = { ...rules, contracts: [], urgencies: [], submissions: [] }
    expect(ExecutionPolicy.decide(bare, asked()).allowed).toBe(false)
  })

  it('allows plain transfers and any call if its rules say so', () => {
    expect(broken({ calls: [call(`0x${'cd'.repeat(20)}`, '0x', 1n)] })).toEqual([])
    expect(broken({ calls: [call(`0x${'ab'.repeat(20)}`, '0x12')] })).toEqual([])
    expect(broken({ calls: [call(`0x${'AB'.repeat(20)}`, transfer)], finality: 'final', urgency: 'fast' })).toEqual([])
  })

  it('is the same after storage and after the form', () => {
    const stored: unknown = JSON.parse(
      JSON.stringify(rules, (_, item: unknown) => (typeof item === 'bigint' ? `${item}` : item)),
    )
    expect(ExecutionPolicy.parseRules(stored)).toEqual(rules)
    expect(ExecutionPolicyDraft.parse(ExecutionPolicyDraft.from('Trading bot', rules))).toEqual({
      name: 'Trading bot',
      rules,
    })
  })
})

describe('caps of a day', () => {
  it('count all callers together, and each key or agent if the policy has such caps', () => {
    const subjects = (kind: Caps.PolicyCaller['kind'], id: string) =>
      Caps.countersOf(rules, { kind, id }).map((one) => one.subject)
    expect(subjects('key', 'k1')).toEqual(['key:k1', 'policy'])
    expect(subjects('agent', '0xAB')).toEqual(['policy'])
    expect(subjects('member', '0xab')).toEqual(['policy'])
    const both: ExecutionPolicy.PolicyRules = { ...rules, perDay: { ...rules.perDay, agent: rules.perDay.policy } }
    expect(Caps.countersOf(both, { kind: 'agent', id: '0xAB' }).map((one) => one.subject)).toEqual([
      'agent:0xab',
      'policy',
    ])
  })

  it('name the exceeded cap', () => {
    const counter: Caps.DayCounter = { subject: 'policy', caps: { valueWei: 10n, feeWei: 10n, transactions: 1 } }
    const used = { valueWei: 4n, feeWei: 4n, transactions: 0 }
    const failing = (more: Caps.DayUsage) =>
      Caps.judge(counter, used, more, network).flatMap(({ rule, ok }) => (ok ? [] : [rule]))
    expect(failing({ valueWei: 6n, feeWei: 6n, transactions: 1 })).toEqual([])
    expect(failing({ valueWei: 7n, feeWei: 6n, transactions: 1 })).toEqual(['day-value'])
    expect(failing({ valueWei: 6n, feeWei: 7n, transactions: 2 })).toEqual(['day-fee', 'day-count'])
  })
})

describe('the form', () => {
  const fields = (change: Partial<ExecutionPolicyDraft.ExecutionPolicyInput>) => {
    try {
      ExecutionPolicyDraft.parse({ ...input, ...change })
      return []
    } catch (error) {
      return (error as { fields: { field: string }[] }).fields.map(({ field }) => field)
    }
  }
  const [first] = input.contracts as [ExecutionPolicyDraft.ExecutionPolicyInput['contracts'][number]]

  it.each<[string, Partial<ExecutionPolicyDraft.ExecutionPolicyInput>, string[]]>([
    ['no contract', { contracts: [] }, ['contracts']],
    ['a contract twice', { contracts: [first, first] }, ['contracts.1.address']],
    [
      'a mistyped checksum',
      { contracts: [{ ...first, address: '0x036CbD53842c5426634e7929541eC2318f3dCF7E' }] },
      ['contracts.0.address'],
    ],
    ['no function', { contracts: [{ ...first, selectors: ' ' }] }, ['contracts.0.selectors']],
    ['a wrong function', { contracts: [{ ...first, selectors: 'transfer(addres)' }] }, ['contracts.0.selectors']],
    ['an unknown network', { contracts: [{ ...first, network: 'eip155:1' }] }, ['contracts.0.network']],
    ['a negative amount', { maxValue: '-1' }, ['maxValue']],
    ['too many decimals', { maxValue: '0.5 wei' }, ['maxValue']],
    ['no fee at all', { maxFee: '0' }, ['maxFee']],
    ['a fee above the day', { maxFee: '1' }, ['policy.fee']],
    ['half of the caps of a key', { key: { value: '1', fee: '', transactions: '' } }, ['key.fee', 'key.transactions']],
    ['no urgency', { urgencies: [] }, ['urgencies']],
  ])('names what is wrong: %s', (_, change, expected) => {
    expect(fields(change)).toEqual(expected)
  })
})
