import { numberToHex, toHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chains } from '../testing/chains'
import { startFaultyNetwork, type FaultyNetwork } from './network'
import type { Rule } from './rule'

const { evm } = chains()
const account = privateKeyToAccount(generatePrivateKey())
let faulty: FaultyNetwork

beforeAll(async () => {
  await evm.rpc('anvil_setBalance', [account.address, toHex(10n ** 18n)])
  // Ends mining at once, too.
  await evm.rpc('evm_setIntervalMining', [0])
  await evm.rpc('evm_setAutomine', [true])
  await evm.rpc('anvil_mine', ['0x8'])
  faulty = await startFaultyNetwork(evm.url, { seed: 3 })
})
afterEach(() => faulty.heal())
afterAll(() => faulty.stop())

/** The client's view: the result, or the kind of failure. */
async function ask(method: string, params: readonly unknown[] = [], at = 0): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params })
  const response = await fetch(faulty.provider(at).url, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(1_000),
  }).catch((error: Error) => error.name)
  if (typeof response === 'string') return response
  const text = await response.text()
  if (response.status !== 200) return `${response.status} ${response.headers.get('retry-after') ?? ''}`.trim()
  try {
    const answer = JSON.parse(text) as { id: number; result?: unknown; error?: { code: number } }
    return answer.error ? answer.error.code : answer.result
  } catch {
    return 'malformed'
  }
}

/** The same with a rule that stays until the end of the test. */
const askBroken = (rule: Rule, method: string, params: readonly unknown[] = []) => {
  faulty.provider(0).break(rule)
  return ask(method, params)
}

let nonce = 0
const sign = () =>
  account.signTransaction({
    ...{ chainId: 84_532, nonce: nonce++, gas: 21_000n, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n },
    ...{ to: account.address, value: 1n },
  })
const receiptOf = (hash: unknown) => evm.rpc<{ blockNumber: Hex } | null>('eth_getTransactionReceipt', [hash])

/** Sends by an honest provider and waits for the block. */
async function land(bytes: Hex): Promise<unknown> {
  const hash = await ask('eth_sendRawTransaction', [bytes], 1)
  await expect.poll(() => receiptOf(hash)).not.toBeNull()
  return hash
}
const head = async () => BigInt(await evm.rpc<Hex>('eth_blockNumber', []))

describe('a provider', () => {
  it('passes calls on, batches too, and counts them', async () => {
    expect(await ask('eth_chainId')).toBe('0x14a34')
    expect(await ask('eth_noSuchThing')).toBe(-32601)
    const batch = ['eth_chainId', 'eth_blockNumber'].map((method, id) => ({ jsonrpc: '2.0', id, method, params: [] }))
    const response = await fetch(faulty.provider(1).url, { method: 'POST', body: JSON.stringify(batch) })
    expect(await response.json()).toMatchObject([{ id: 0, result: '0x14a34' }, { id: 1 }])
    expect(faulty.provider(1).calls.get('eth_chainId')).toBe(1)
  })

  it.each([
    ['reset', { kind: 'reset' }, 'TypeError'],
    ['hang', { kind: 'hang' }, 'TimeoutError'],
    ['server trouble', { kind: 'status', status: 502 }, '502'],
    ['rate limit', { kind: 'rate-limit', retryAfterS: 2 }, '429 2'],
    ['JSON-RPC limit', { kind: 'rpc-error', code: -32005, message: 'limit exceeded' }, -32005],
    ['malformed', { kind: 'malformed' }, 'malformed'],
    ['wrong chain', { kind: 'wrong-chain', chainId: 1 }, '0x1'],
  ] as const)('%s: only its own client sees it', async (_, fault, seen) => {
    expect(await askBroken({ fault }, 'eth_chainId')).toBe(seen)
    expect(await ask('eth_chainId', [], 1)).toBe('0x14a34')
    faulty.heal()
    expect(await ask('eth_chainId')).toBe('0x14a34')
  })

  it('latency: the answer is right, and late', async () => {
    const startedAt = performance.now()
    expect(await askBroken({ fault: { kind: 'latency', ms: 120 } }, 'eth_chainId')).toBe('0x14a34')
    expect(performance.now() - startedAt).toBeGreaterThan(115)
  })

  it('a lost reply: the chain has it', async () => {
    const bytes = await sign()
    expect(
      await askBroken(
        { fault: { kind: 'lost-reply' }, methods: ['eth_sendRawTransaction'] },
        'eth_sendRawTransaction',
        [bytes],
      ),
    ).toBe('TypeError')
    faulty.heal()
    expect([-32000]).toContain(await ask('eth_sendRawTransaction', [bytes]))
  })

  it('a black hole: confirmed, and never sent on', async () => {
    const bytes = await sign()
    const hash = await askBroken({ fault: { kind: 'black-hole' } }, 'eth_sendRawTransaction', [bytes])
    expect(hash).toMatch(/^0x/)
    await evm.rpc('evm_mine', [])
    expect(await receiptOf(hash)).toBeNull()
    faulty.heal()
    expect(await land(bytes)).toBe(hash)
  })

  it('a duplicate: the second answer is that of a node that knows it', async () => {
    await evm.rpc('evm_setAutomine', [false])
    expect(await askBroken({ fault: { kind: 'duplicate' } }, 'eth_sendRawTransaction', [await sign()])).toBe(-32000)
    await evm.rpc('evm_setAutomine', [true])
    await evm.rpc('evm_mine', [])
  })

  it('stale: everything is as of some blocks ago', async () => {
    const hash = await land(await sign())
    const at = await head()
    const past = numberToHex(at - 3n)
    const rule = { fault: { kind: 'stale', blocks: 3 } } as const
    expect(await askBroken(rule, 'eth_blockNumber')).toBe(past)
    expect(await ask('eth_getBlockByNumber', ['latest', false])).toMatchObject({ number: past })
    expect(await ask('eth_getBlockByNumber', ['finalized', false])).toMatchObject({ number: numberToHex(at - 5n) })
    expect(await ask('eth_getBlockByNumber', [numberToHex(at), false])).toBeNull()
    expect(await ask('eth_getTransactionReceipt', [hash])).toBeNull()
    expect(await ask('eth_getTransactionByHash', [hash])).toMatchObject({ blockNumber: null })
    const now = await evm.rpc<Hex>('eth_getTransactionCount', [account.address, 'latest'])
    expect(Number(await ask('eth_getTransactionCount', [account.address, 'latest']))).toBeLessThan(Number(now))
    faulty.heal()
    expect(await ask('eth_getTransactionReceipt', [hash])).not.toBeNull()
  })

  it('a lying nonce: too high, too low, as it was', async () => {
    const count = () => ask('eth_getTransactionCount', [account.address, 'latest'])
    const now = Number(await count())
    expect(
      Number(
        await askBroken({ fault: { kind: 'nonce', by: 5 } }, 'eth_getTransactionCount', [account.address, 'latest']),
      ),
    ).toBe(now + 5)
    faulty.heal()
    faulty.provider(0).break({ fault: { kind: 'nonce', by: 'frozen' } })
    expect(Number(await count())).toBe(now)
    await land(await sign())
    expect(Number(await count())).toBe(now)
    faulty.heal()
    expect(Number(await count())).toBe(now + 1)
  })

  it('a receipt that is missing for a while', async () => {
    const hash = await land(await sign())
    expect(await askBroken({ fault: { kind: 'no-receipt', ms: 80 } }, 'eth_getTransactionReceipt', [hash])).toBeNull()
    await expect.poll(() => ask('eth_getTransactionReceipt', [hash])).not.toBeNull()
  })

  it('another fork: blocks and receipts name hashes that no other endpoint knows', async () => {
    const hash = await land(await sign())
    const receipt = (await receiptOf(hash)) as unknown as { blockHash: Hex; blockNumber: Hex }
    const told = await askBroken({ fault: { kind: 'other-fork' } }, 'eth_getTransactionReceipt', [hash])
    expect((told as typeof receipt).blockHash).not.toBe(receipt.blockHash)
    expect(await ask('eth_getBlockByNumber', [receipt.blockNumber, false])).toMatchObject({
      hash: (told as typeof receipt).blockHash,
    })
  })

  it('several faults at once, in the order in which they came', async () => {
    faulty.provider(0).break({ fault: { kind: 'wrong-chain', chainId: 1 } })
    faulty.provider(0).break({ fault: { kind: 'status', status: 503 }, times: 1 })
    expect([await ask('eth_chainId'), await ask('eth_chainId')]).toEqual(['503', '0x1'])
  })
})
