import { describe, expect, it } from 'vitest'
import type { AppError } from '@/lib/errors'
import { Abi, ResourceDraft, Execution } from '.'

const payTo = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const contract = '0xcA11bde05977b3631167028862bE2a173976CA11'
const other = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'

const mint = {
  to: contract,
  abi: 'mint(address to, uint64 amount, string note) payable',
  args: [
    { from: 'path', name: 'to', allowed: [payTo, other] },
    { from: 'query', name: 'amount', min: '1', max: '10' },
    { from: 'body', name: 'note', maxBytes: 5 },
  ],
  value: { from: 'body', name: 'wei', max: '100' },
}

const good = {
  name: 'Mint',
  method: 'POST' as const,
  path: '/mint/:to',
  price: '0.05',
  payouts: [{ network: 'eip155:84532', payTo }],
  policyId: '0190a5a0-0000-7000-8000-000000000001',
  execution: { network: 'eip155:84532', calls: [mint] },
}

function errors(change: Record<string, unknown>, execution: Record<string, unknown> = {}): Record<string, string> {
  try {
    ResourceDraft.parse({ ...good, execution: { ...good.execution, ...execution }, ...change })
    return {}
  } catch (error) {
    return fieldsOf(error)
  }
}

function fieldsOf(error: unknown): Record<string, string> {
  return Object.fromEntries((error as AppError).fields.map(({ field, message }) => [field, message]))
}

const call = (change: Record<string, unknown>) => ({ calls: [{ ...mint, ...change }] })

describe('a draft of an action', () => {
  it('is stored as it was understood, with side effects whatever was said, and without an upstream', () => {
    const draft = ResourceDraft.parse({ ...good, sideEffects: false })
    expect(draft).toMatchObject({ upstreamUrl: '', sideEffects: true, settle: null, policyId: good.policyId })
    expect(draft.execution).toMatchObject({
      calls: [{ to: contract, abi: 'function mint(address to, uint64 amount, string note) payable' }],
      urgency: 'standard',
      deadlineSeconds: 300,
    })
  })

  it.each([
    ['no policy', { policyId: '' }, {}, 'policyId'],
    ['for nothing', { price: '0' }, {}, 'price'],
    ['paid afterwards', { settle: 'after' }, {}, 'settle'],
    ['by the event', { meter: 'event' }, {}, 'meter'],
    ['a network that is not served', {}, { network: 'eip155:1' }, 'execution.network'],
    ['a name that the path lacks', { path: '/mint' }, {}, 'path'],
    ['a body that a GET has not', { method: 'GET' }, {}, 'method'],
    ['no call', {}, { calls: [] }, 'execution.calls'],
    ['a wrong contract', {}, call({ to: '0x1' }), 'execution.calls.0.to'],
    ['a function that is none', {}, call({ abi: 'mint(' }), 'execution.calls.0.abi'],
    [
      'a function that only reads',
      {},
      call({ abi: 'owner() view returns (address)', args: [] }),
      'execution.calls.0.abi',
    ],
    ['too few arguments', {}, call({ args: [] }), 'execution.calls.0.args'],
    [
      'value for what takes none',
      {},
      call({ abi: 'mint(address to, uint64 amount, string note)' }),
      'execution.calls.0.value',
    ],
    [
      'a literal that does not fit',
      {},
      call({ abi: 'put(uint8 n)', args: [{ literal: '256' }], value: { literal: '0' } }),
      'execution.calls.0.args.0',
    ],
    [
      'a list from a request',
      {},
      call({ abi: 'put(uint8[] n)', args: [{ from: 'body', name: 'n' }], value: { literal: '0' } }),
      'execution.calls.0.args.0',
    ],
    [
      'a most below the least',
      {},
      call({ abi: 'put(int8 n)', args: [{ from: 'query', name: 'n', min: '3', max: '2' }], value: { literal: '0' } }),
      'execution.calls.0.args.0',
    ],
  ])('refuses %s', (_, change, execution, field) => {
    expect(Object.keys(errors(change, execution))).toContain(field)
  })
})

describe('toRequest', () => {
  const execution = ResourceDraft.parse(good).execution as Execution.Execution
  const brought = (change: Partial<Execution.ActionInput> = {}) => ({
    params: { to: payTo.toLowerCase() },
    query: 'amount=10&other=x',
    body: { note: 'hello', wei: 100 },
    ...change,
  })

  it('puts what the request brings where the contract wants it', () => {
    expect(Execution.toRequest(execution, brought())).toEqual({
      network: 'eip155:84532',
      calls: [
        {
          to: contract,
          abi: ['function mint(address to, uint64 amount, string note) payable'],
          function: 'mint',
          args: [payTo, '10', 'hello'],
          value: '100',
        },
      ],
      urgency: 'standard',
      deadline: 300,
    })
  })

  it.each([
    ['path.to', { params: { to: contract } }],
    ['path.to', { params: { to: '0x12' } }],
    ['query.amount', { query: '' }],
    ['query.amount', { query: 'amount=11' }],
    ['query.amount', { query: 'amount=0' }],
    ['query.amount', { query: 'amount=1e1' }],
    ['body.note', { body: { note: 'héllo', wei: 1 } }],
    ['body.note', { body: { note: 7, wei: 1 } }],
    ['body.wei', { body: { note: '', wei: '101' } }],
    ['body.wei', { body: { note: '', wei: -1 } }],
    ['body.wei', { body: [{ wei: 1 }] }],
    ['body.wei', { body: Object.create({ wei: 1 }) as object }],
  ])('names %s, and says that nothing was charged', (field, change) => {
    try {
      Execution.toRequest(execution, brought(change))
      expect.unreachable()
    } catch (error) {
      expect((error as AppError).status).toBe(422)
      expect((error as AppError).message).toContain('not charged')
      expect(Object.keys(fieldsOf(error))).toContain(field)
    }
  })

  it('reads structs and lists that the merchant wrote down', () => {
    const abi = 'function put((uint256 a, address[2] b)[] rows, bytes4 tag)'
    const args = [{ literal: [{ a: 1, b: [payTo, other] }] }, { literal: '0xAABBCCDD' }]
    const { execution: written } = ResourceDraft.parse({
      ...good,
      execution: { network: 'eip155:84532', calls: [{ to: contract, abi, args }] },
    })
    const request = Execution.toRequest(written as Execution.Execution, { params: {}, query: '', body: undefined })
    expect(request.calls[0]?.args).toEqual([
      [{ a: '1', b: [payTo, '0x036CbD53842c5426634e7929541eC2318f3dCF7e'] }],
      '0xaabbccdd',
    ])
  })

  it('tells a request that only asks for the price from one that brings something', () => {
    expect(Execution.bringsAny(execution, brought({ query: '', body: undefined }))).toBe(false)
    expect(Execution.bringsAny(execution, brought({ query: 'amount=99', body: undefined }))).toBe(true)
  })
})

describe('reading an ABI', () => {
  const artifact = {
    abi: [
      { type: 'error', name: 'Nope', inputs: [] },
      { type: 'function', name: 'owner', stateMutability: 'view', inputs: [], outputs: [] },
      {
        type: 'function',
        name: 'put',
        stateMutability: 'payable',
        outputs: [],
        inputs: [{ type: 'tuple[]', name: 'rows', components: [{ type: 'uint256', name: 'a' }] }],
      },
    ],
  }

  it.each([
    [JSON.stringify(artifact), ['function put((uint256 a)[] rows) payable']],
    [JSON.stringify(artifact.abi), ['function put((uint256 a)[] rows) payable']],
    [JSON.stringify(artifact.abi[2]), ['function put((uint256 a)[] rows) payable']],
    [
      'sign(string calldata message) external;\nburn(uint256)',
      ['function sign(string message)', 'function burn(uint256)'],
    ],
    ['struct Row { uint256 a; }\nfunction put(Row[] rows)', ['function put((uint256 a)[] rows)']],
  ])('understands %s', (text, signatures) => {
    const functions = Abi.read(text)
    expect(functions.map(Abi.format)).toEqual(signatures)
    expect(signatures.map((one) => Abi.format(Abi.parse(one)))).toEqual(signatures)
  })

  it('counts structs that double before they are written out, and JSON before it is followed', () => {
    const structs = Array.from({ length: 24 }, (_, level) => `struct S${level} { S${level + 1} a; S${level + 1} b; }`)
    const text = [...structs, 'struct S24 { uint256 a; }', 'function put(S0 value)'].join('\n')
    expect(() => Abi.read(text)).toThrow(/more than 8192 parameters/)
    const deep = `${'{"type":"tuple","components":['.repeat(20_000)}${']}'.repeat(20_000)}`
    expect(() => Abi.read(`[{"type":"function","name":"put","inputs":[${deep}]}]`)).toThrow(/16 deep/)
  })

  it.each(['', '{', '[]', 'balanceOf(address) view returns (uint256)', 'sign(strung x)'])('refuses %j', (text) => {
    expect(() => Abi.read(text)).toThrow()
  })
})
