import { decodeFunctionData, encodeFunctionData, parseAbi } from 'viem'
import { describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { encode, readAbi } from './FunctionCall'
import * as ExecutionRequest from './ExecutionRequest'

const network = 'eip155:84532'
/** It would have a hundred million components if it were expanded. */
const doubling = [
  ...Array.from({ length: 26 }, (_, level) => `struct S${level} { S${level + 1} a; S${level + 1} b; }`),
  'struct S26 { uint256 a; }',
  'function put(S0 value)',
]
const deep = Array.from({ length: 1_000 }).reduce<object>((inner) => ({ type: 'tuple', components: [inner] }), {})
const to = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'
const abi = ['function transfer(address to, uint256 amount) returns (bool)']
const receiver = `0x${'ab'.repeat(20)}`
const data = encodeFunctionData({ abi: parseAbi(abi), args: [receiver as `0x${string}`, 16n] })

function fieldsOf(work: () => unknown): string[] {
  try {
    work()
    return []
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-input') return error.fields.map(({ field }) => field)
    throw error
  }
}

describe('a request', () => {
  const plain = { network, to, data }
  const hash = (input: object) => ExecutionRequest.hash(ExecutionRequest.parse(input)).toString('hex')

  it.each<[string, object]>([
    ['hex in another case', { ...plain, to: to.toLowerCase(), data: `0x${data.slice(2).toUpperCase()}` }],
    ['defaults written out', { ...plain, value: '0', urgency: 'standard', deadline: null, maxFee: null }],
    ['a number, a decimal or hex', { ...plain, value: 0 }],
    ['a function instead of data', { network, to, abi, function: 'transfer', args: [receiver, '0x10'] }],
    ['a JSON ABI', { network, to, abi: parseAbi(abi), function: 'transfer(address,uint256)', args: [receiver, 16] }],
    ['a sequence of one', { network, calls: [{ to, data }] }],
    ['members in another order, and a key', { idempotencyKey: 'k', data, network, to }],
  ])('has the same hash with %s', (_, input) => {
    expect(hash(input)).toBe(hash(plain))
  })

  it.each<[string, object]>([
    ['value', { ...plain, value: '1' }],
    ['data', { ...plain, data: '0x12345678' }],
    ['maxFee', { ...plain, maxFee: '1' }],
    ['deadline', { ...plain, deadline: 60 }],
    ['signer', { ...plain, signer: receiver }],
    [
      'calls',
      {
        network,
        calls: [
          { to, data },
          { to, data },
        ],
      },
    ],
  ])('has another hash with another %s', (_, input) => {
    expect(hash(input)).not.toBe(hash(plain))
  })

  it('is stored with decimal amounts and one spelling of times', () => {
    const input = { ...plain, value: '0xff', maxFee: 10, deadline: '2030-01-01T01:00:00+01:00' }
    expect(ExecutionRequest.toBody(ExecutionRequest.parse(input))).toMatchObject({
      calls: [{ to: to.toLowerCase(), data, value: '255' }],
      maxFee: '10',
      deadline: '2030-01-01T00:00:00.000Z',
    })
  })

  it.each<[unknown, string[]]>([
    ['text', ['body']],
    [null, ['body']],
    [{}, ['to', 'network']],
    [{ ...plain, network: 'eip155:1' }, ['network']],
    [{ ...plain, to: '0x12' }, ['to']],
    [{ ...plain, data: '0x123' }, ['data']],
    [{ network, to }, ['data']],
    [{ ...plain, value: '1.5' }, ['value']],
    [{ ...plain, value: '-1' }, ['value']],
    [{ ...plain, value: 2 ** 60 }, ['value']],
    [{ ...plain, value: `0x${'f'.repeat(65)}` }, ['value']],
    [{ ...plain, maxFee: 0 }, ['maxFee']],
    [{ ...plain, urgency: 'now' }, ['urgency']],
    [{ ...plain, deadline: 'tomorrow' }, ['deadline']],
    [{ ...plain, deadline: 0 }, ['deadline']],
    [{ ...plain, callbackUrl: 'ftp://a.example' }, ['callbackUrl']],
    [{ ...plain, callbackUrl: 'https://u:p@a.example' }, ['callbackUrl']],
    [{ ...plain, max_fee: '1' }, ['max_fee']],
    [{ ...plain, abi, function: 'transfer', args: [] }, ['data']],
    [{ network, to, function: 'transfer', args: [] }, ['abi']],
    [{ network, to, abi, args: [] }, ['function']],
    [{ network, to, abi, function: 'burn', args: [] }, ['function']],
    [{ network, to, abi, function: 'transfer', args: [receiver] }, ['args']],
    [{ network, to, abi, function: 'transfer', args: ['0x12', 1] }, ['args.0']],
    [{ network, to, abi, function: 'transfer', args: [receiver, 1.5] }, ['args.1']],
    [{ network, to, abi, function: 'transfer', args: [receiver, `0x1${'0'.repeat(64)}`] }, ['args.1']],
    [{ network, to, abi: ['nonsense'], function: 'transfer', args: [] }, ['abi']],
    [{ network, to, abi: [{ type: 'function', name: 'transfer' }], function: 'transfer', args: [] }, ['abi']],
    [{ network, to, abi: doubling, function: 'put', args: [[]] }, ['abi']],
    [{ network, to, abi: [{ type: 'function', name: 'put', inputs: [deep] }], function: 'put', args: [[]] }, ['abi']],
    [{ network, calls: [] }, ['calls']],
    [{ network, to, calls: [{ to, data }] }, ['to']],
    [
      {
        network,
        calls: [
          { to, data },
          { to, abi, function: 'transfer', args: [receiver, 'x'] },
        ],
      },
      ['calls.1.args.1'],
    ],
    [{ network, calls: Array.from({ length: 11 }, () => ({ to, data })) }, ['calls']],
    [{ network: 'eip155:1337', to, data, value: 1 }, ['value']],
  ])('is refused, naming the field: %j', (input, expected) => {
    expect(fieldsOf(() => ExecutionRequest.parse(input))).toEqual(expected)
  })
})

describe('an address whose checksum does not fit', () => {
  // Two neighbouring digits of a checksummed address are swapped.
  const typo = '0xd04982681D8770682f03C220782afE8406E6E3cF'
  const transfer = (args: unknown[]) => ({ network, to, abi, function: 'transfer', args })
  const nested = ['function put((address owner, address[2] heirs)[] rows, address[] others)']
  const put = (row: unknown, others: unknown[]) => ({
    network,
    to,
    abi: nested,
    function: 'put',
    args: [[row], others],
  })
  it.each<[string, object]>([
    ['to', { network, to: typo, data }],
    ['signer', { network, to, data, signer: typo }],
    ['args.0', transfer([typo, '7'])],
    ['args.0.0.owner', put({ owner: typo, heirs: [to, to] }, [])],
    ['args.0.0.heirs.1', put({ owner: to, heirs: [to, typo] }, [])],
    ['args.0.0.1.0', put([to, [typo, to]], [])],
    ['args.1.1', put({ owner: to, heirs: [to, to] }, [to, typo])],
    [
      'calls.1.to',
      {
        network,
        calls: [
          { to, data },
          { to: typo, data },
        ],
      },
    ],
    [
      'calls.1.args.0',
      {
        network,
        calls: [
          { to, data },
          { to, abi, function: 'transfer', args: [typo, '7'] },
        ],
      },
    ],
  ])('is refused as %s, and accepted in one case', (field, input) => {
    expect(fieldsOf(() => ExecutionRequest.parse(input))).toEqual([field])
    expect(() => ExecutionRequest.parse(input)).toThrow(/is not an address: its checksum does not fit/)
    for (const spelt of [typo.toLowerCase(), `0x${typo.slice(2).toUpperCase()}`]) {
      const other = JSON.parse(JSON.stringify(input).replaceAll(typo, spelt)) as object
      expect(fieldsOf(() => ExecutionRequest.parse(other))).toEqual([])
    }
  })
})

describe('an idempotency key', () => {
  it('is read from the header or the body, and refused if they differ', () => {
    expect(ExecutionRequest.readIdempotencyKey('a', {})).toBe('a')
    expect(ExecutionRequest.readIdempotencyKey(null, { idempotencyKey: 'b' })).toBe('b')
    expect(ExecutionRequest.readIdempotencyKey('a', { idempotencyKey: 'a' })).toBe('a')
    expect(ExecutionRequest.readIdempotencyKey(null, {})).toBeUndefined()
    expect(fieldsOf(() => ExecutionRequest.readIdempotencyKey('a', { idempotencyKey: 'b' }))).toEqual([
      'idempotencyKey',
    ])
    expect(fieldsOf(() => ExecutionRequest.readIdempotencyKey('a b', {}))).toEqual(['Idempotency-Key'])
    expect(fieldsOf(() => ExecutionRequest.readIdempotencyKey(null, { idempotencyKey: 7 }))).toEqual(['idempotencyKey'])
  })

  it('cannot be one of those reserved for payments and vouchers', () => {
    expect(fieldsOf(() => ExecutionRequest.readIdempotencyKey('payment:1', {}))).toEqual(['Idempotency-Key'])
    expect(fieldsOf(() => ExecutionRequest.readIdempotencyKey(null, { idempotencyKey: 'voucher:c:1' }))).toEqual([
      'idempotencyKey',
    ])
    expect(ExecutionRequest.readIdempotencyKey('my-payment:1', {})).toBe('my-payment:1')
  })
})

describe('a function call', () => {
  it('accepts lists, tuples by name or by place, negative numbers, bytes and flags', () => {
    const text =
      'function f((address owner, int8[] deltas)[] items, bytes32 salt, bool on, uint64[2] pair, string note)'
    const items = [{ owner: receiver, deltas: [-128, '127'] }, [receiver, ['0']]]
    const salt = `0x${'01'.repeat(32)}`
    const encoded = encode(readAbi([text]), 'f', [items, salt, true, ['1', '0x2'], 'hi'])
    const { args } = decodeFunctionData({ abi: parseAbi([text]), data: encoded })
    const owner = expect.stringMatching(/^0x(ab){20}$/i)
    expect(args).toEqual([
      [
        { owner, deltas: [-128, 127] },
        { owner, deltas: [0] },
      ],
      salt,
      true,
      [1n, 2n],
      'hi',
    ])
  })

  it.each<[string, unknown[], RegExp]>([
    ['uint8', [256], /does not fit into uint8/],
    ['int8', [-129], /does not fit/],
    ['uint256', [2 ** 53], /JSON numbers lose digits/],
    ['uint8[2]', [[1]], /2 items/],
    ['uint8[]', [1], /a list of uint8/],
    ['bool', ['true'], /bool as a boolean/],
    ['bytes4', ['0x12345'], /./],
    ['(uint8 a)', [{}], /./],
  ])('refuses an invalid %s: %j', (type, args, message) => {
    expect(() => encode(readAbi([`function f(${type} it)`]), 'f', args)).toThrow(message)
  })

  it('requires the signature if a name has several', () => {
    const several = readAbi(['function f(uint8 a)', 'function f(bool a)'])
    expect(() => encode(several, 'f', [1])).toThrow(/f\(uint8\), f\(bool\)/)
    expect(encode(several, 'f(bool)', [true])).toBe(encode(readAbi(['function f(bool a)']), 'f', [true]))
  })
})
