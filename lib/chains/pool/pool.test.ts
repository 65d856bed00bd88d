import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { sendRaw } from '../send-raw'
import { RpcError, TransportError } from './call-rpc'
import { inspectEndpoints } from './inspect-endpoints'
import { poolOf } from './pools'
import { readAgreed } from './read-agreed'
import { readBacked } from './read-backed'
import { readAtHead } from './read-at-head'
import { readRpc } from './read-rpc'
import { viewEndpoints } from './view-endpoints'

// Real endpoints over HTTP, each with a say of its own.

const network = 'eip155:84532'
const lone = 'eip155:1337'

type Answer = { result?: unknown; error?: { code: number; message: string } }
type Say = (method: string, params: readonly unknown[], response: ServerResponse) => Answer | 'silence' | 'hang up'
type Node = { url: string; say: Say; methods: string[]; aborted: number; server: Server }

const chainId =
  (id: number): Say =>
  (method) => ({ result: method === 'eth_chainId' ? `0x${id.toString(16)}` : '0x1' })

async function startNode(): Promise<Node> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] }
      node.methods.push(method)
      response.on('close', () => {
        if (!response.writableEnded) node.aborted++
      })
      const answer = node.say(method, params, response)
      if (answer === 'hang up') response.destroy()
      else if (answer !== 'silence') response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const node: Node = { url, say: chainId(84_532), methods: [], aborted: 0, server }
  return node
}

/** Answers `result` to one method and its own chain to the others. */
const saying =
  (method: string, answer: Answer | 'silence' | 'hang up'): Say =>
  (asked, params, response) =>
    asked === method ? answer : chainId(84_532)(asked, params, response)

const started = await Promise.all([startNode(), startNode(), startNode(), startNode()])
const [one, two, three, secret] = started as [Node, Node, Node, Node]

beforeAll(() => {
  process.env.NETWORKS = JSON.stringify({
    [network]: { rpcUrls: [one.url, two.url, three.url], privateRpcUrl: `${secret.url}/key` },
    [lone]: { rpcUrls: [`${secret.url}/lone`] },
  })
})
beforeEach(async () => {
  const { sluicePools } = globalThis as { sluicePools?: Map<string, unknown> }
  sluicePools?.clear()
  for (const node of [one, two, three, secret]) {
    node.say = chainId(84_532)
    node.methods.length = 0
    node.aborted = 0
  }
  // Known and measured, so that a test begins with the configured order.
  for (const node of [one, two, three]) await warm(node)
  for (const node of [one, two, three]) node.methods.length = 0
})
afterAll(() => {
  for (const { server } of [one, two, three, secret]) {
    server.closeAllConnections()
    server.close()
  }
})

async function warm(node: Node): Promise<void> {
  const { askEndpoint } = await import('./ask-endpoint')
  const endpoint = poolOf(network).endpoints.find(({ url }) => url === node.url)
  if (!endpoint) throw new Error('no such endpoint')
  for (let index = 0; index < 5; index++) await askEndpoint(endpoint, 'eth_gasPrice', [])
  // As if they were all equally slow, so that no answer is late because this machine is busy.
  Object.assign(endpoint.health.paces.read, { latencyMs: 300, spreadMs: 50 })
}

const asked = (node: Node, method: string) => node.methods.filter((each) => each === method).length
const stateOf = (index: number) => viewEndpoints(network)[index]

it('asks the first endpoint only, as long as it answers', async () => {
  for (let index = 0; index < 5; index++) await readRpc(network, 'eth_gasPrice', [])
  expect([one.methods.length, two.methods.length, three.methods.length]).toEqual([5, 0, 0])
})

it('asks another one when the first is late, takes its answer and gives the first call up', async () => {
  one.say = saying('eth_getBalance', 'silence')
  two.say = saying('eth_getBalance', { result: '0x2' })
  expect(await readRpc(network, 'eth_getBalance', [])).toBe('0x2')
  await expect.poll(() => one.aborted).toBe(1)
  expect(three.methods).toEqual([])
  expect(stateOf(0)).toMatchObject({ state: 'closed', errors: 0 })
  // After three such calls it is asked last for a while.
  for (let index = 0; index < 2; index++) await readRpc(network, 'eth_getBalance', [])
  const before = asked(one, 'eth_getBalance')
  await readRpc(network, 'eth_getBalance', [])
  expect(asked(one, 'eth_getBalance')).toBe(before)
})

it('takes a late answer of the first when that comes before the other', async () => {
  one.say = (method, _, response) => {
    if (method !== 'eth_getBalance') return { result: '0x14a34' }
    setTimeout(() => response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: '0x1' })), 900)
    return 'silence'
  }
  two.say = saying('eth_getBalance', 'silence')
  expect(await readRpc(network, 'eth_getBalance', [])).toBe('0x1')
  expect([asked(two, 'eth_getBalance'), asked(three, 'eth_getBalance')]).toEqual([1, 0])
})

it('goes on to the next after a lost connection, a rate limit and a method that is not there, and not after a refusal', async () => {
  one.say = saying('eth_getBalance', 'hang up')
  two.say = saying('eth_getBalance', { error: { code: -32601, message: 'no such method' } })
  three.say = saying('eth_getBalance', { result: '0x3' })
  expect(await readRpc(network, 'eth_getBalance', [])).toBe('0x3')
  expect(stateOf(0)).toMatchObject({ errors: 1 })
  expect(stateOf(1)).toMatchObject({ errors: 0, refusals: 1 })
  two.say = saying('eth_call', { error: { code: 3, message: 'execution reverted' } })
  await expect(readRpc(network, 'eth_call', [])).rejects.toBeInstanceOf(RpcError)
  expect([asked(one, 'eth_call'), asked(three, 'eth_call')]).toEqual([0, 0])
})

it('leaves one alone for as long as its rate limit asks for', async () => {
  one.say = (_, __, response) => {
    response.writeHead(429, { 'retry-after': '30' }).end('slow down')
    return 'silence'
  }
  expect(await readRpc(network, 'eth_getBalance', [])).toBe('0x1')
  expect(stateOf(0)).toMatchObject({ state: 'open', lastError: { message: 'HTTP 429' } })
  const { health } = poolOf(network).endpoints[0]!
  expect(health.openUntilMs - performance.now()).toBeGreaterThan(25_000)
})

it('opens after three lost calls, asks the open one when all others are lost too, and asks its chain again', async () => {
  for (const node of [one, two, three]) node.say = saying('eth_getBalance', 'hang up')
  for (let index = 0; index < 3; index++)
    await expect(readRpc(network, 'eth_getBalance', [])).rejects.toBeInstanceOf(TransportError)
  expect(
    viewEndpoints(network)
      .slice(0, 3)
      .map(({ state }) => state),
  ).toEqual(['open', 'open', 'open'])
  three.say = saying('eth_getBalance', { result: '0x3' })
  expect(await readRpc(network, 'eth_getBalance', [])).toBe('0x3')
  expect(asked(three, 'eth_chainId')).toBe(1)
  expect(stateOf(2)).toMatchObject({ state: 'closed' })
})

it('never believes an endpoint of another chain, and names no key', async () => {
  secret.say = chainId(1)
  await expect(readRpc(lone, 'eth_getBalance', [])).rejects.toThrow('It serves eip155:1, not eip155:1337.')
  expect(secret.methods).toEqual(['eth_chainId'])
  const [view] = viewEndpoints(lone)
  expect(view).toMatchObject({ state: 'lying', dishonest: 'It serves eip155:1, not eip155:1337.' })
  expect(view?.label).toMatch(/^127\.0\.0\.1:\d+ [0-9a-f]{6}$/)
  secret.say = chainId(1337)
  await readRpc(lone, 'eth_getBalance', [])
})

it('quarantines whose block is not the one of two others', async () => {
  const block = (hash: string): Answer => ({ result: { number: '0x64', hash, timestamp: '0x1' } })
  for (const node of [one, three]) node.say = saying('eth_getBlockByNumber', block('0xaa'))
  two.say = saying('eth_getBlockByNumber', block('0xbb'))
  await inspectEndpoints(network)
  expect(stateOf(1)).toMatchObject({ state: 'lying', dishonest: 'Its block 90 is not the one of two others.' })
  expect([stateOf(0)?.state, stateOf(2)?.state]).toEqual(['closed', 'closed'])
})

it.each([
  ['ahead', '0x9', '0x9', /counts 9 transactions of an account where two others count 7/],
  ['ahead of the chain at its head only', '0xc', '0x7', /12 is ahead of the chain's 7/],
  ['back', '0x4', '0x7', /went back to 4 after 7/],
])('quarantines whose transaction count is %s', async (_, latest, atBlock, reason) => {
  const counts =
    (atLatest: string, earlier: string): Say =>
    (method, params) => {
      if (method === 'eth_getTransactionCount') return { result: params[1] === 'latest' ? atLatest : earlier }
      if (method === 'eth_getBlockByNumber') return { result: { number: '0x64', hash: '0xaa', timestamp: '0x1' } }
      return { result: '0x14a34' }
    }
  for (const node of [two, three]) node.say = counts('0x7', '0x7')
  one.say = counts(latest, atBlock)
  // Only counts that a caller has read are compared.
  await inspectEndpoints(network)
  expect(stateOf(0)).toMatchObject({ state: 'closed' })
  expect(await readRpc(network, 'eth_getTransactionCount', ['0xabc', 'latest'])).toBe(latest)
  await inspectEndpoints(network)
  expect(stateOf(0)).toMatchObject({ state: 'lying', dishonest: expect.stringMatching(reason) as string })
  expect([stateOf(1)?.state, stateOf(2)?.state]).toEqual(['closed', 'closed'])
  expect(await readRpc(network, 'eth_getTransactionCount', ['0xabc', 'latest'])).toBe('0x7')
})

it('says how far one is behind', async () => {
  const at = (number: string): Answer => ({ result: { number, hash: '0xaa', timestamp: '0x1' } })
  for (const node of [one, three]) node.say = saying('eth_getBlockByNumber', at('0x64'))
  two.say = saying('eth_getBlockByNumber', at('0x60'))
  await inspectEndpoints(network)
  expect(
    viewEndpoints(network)
      .slice(0, 3)
      .map(({ lag }) => lag),
  ).toEqual([0, 4, 0])
})

it('agrees when two of three say the same, and not otherwise', async () => {
  for (const [index, node] of [one, two, three].entries()) node.say = saying('eth_getBalance', { result: `0x${index}` })
  expect(await readAgreed(network, 'eth_getBalance', [])).toBeUndefined()
  three.say = saying('eth_getBalance', { result: '0x1' })
  expect(await readAgreed(network, 'eth_getBalance', [])).toBe('0x1')
  three.say = saying('eth_getBalance', 'hang up')
  expect(await readAgreed(network, 'eth_getBalance', [])).toBeUndefined()
  two.say = saying('eth_getBalance', 'hang up')
  expect(await readAgreed(network, 'eth_getBalance', [])).toBeUndefined()
})

it('agrees on absence only when every endpoint reports it, and there are at least two', async () => {
  const method = 'eth_getTransactionReceipt'
  const receipt = { transactionHash: '0x1', blockHash: '0x2', status: '0x1', gasUsed: '0x1', logs: [] }
  for (const node of [one, two, three]) node.say = saying(method, { result: null })
  expect(await readAgreed(network, method, [])).toBeNull()
  three.say = saying(method, { result: receipt })
  expect(await readAgreed(network, method, [])).toBeUndefined()
  two.say = saying(method, { result: receipt })
  expect(await readAgreed(network, method, [])).toEqual(receipt)
  two.say = saying(method, { result: null })
  three.say = saying(method, 'hang up')
  expect(await readAgreed(network, method, [])).toBeNull()
  two.say = saying(method, 'hang up')
  expect(await readAgreed(network, method, [])).toBeUndefined()
})

it('agrees with the only endpoint there is', async () => {
  secret.say = (method) => ({ result: method === 'eth_chainId' ? '0x539' : null })
  expect(await readAgreed(lone, 'eth_getTransactionReceipt', [])).toBeNull()
  secret.say = saying('eth_getBalance', 'hang up')
  expect(await readAgreed(lone, 'eth_getBalance', [])).toBeUndefined()
})

it('books by what two say, and by one alone only while the others are lost', async () => {
  const receipt = {
    transactionHash: '0x1',
    blockHash: '0xb',
    blockNumber: '0x5',
    status: '0x1',
    gasUsed: '0x1',
    logs: [],
  }
  const read = () => readBacked(network, 'eth_getTransactionReceipt', ['0x1'])
  one.say = saying('eth_getTransactionReceipt', { result: receipt })
  for (const node of [two, three]) node.say = saying('eth_getTransactionReceipt', { result: null })
  expect(await read()).toBeUndefined()
  two.say = saying('eth_getTransactionReceipt', { result: receipt })
  expect(await read()).toEqual(receipt)
  for (const node of [two, three]) node.say = saying('eth_getTransactionReceipt', 'hang up')
  expect(await read()).toBeUndefined()
  for (let failures = 0; failures < 3; failures++) await read()
  expect([stateOf(1)?.state, stateOf(2)?.state]).toEqual(['open', 'open'])
  expect(await read()).toEqual(receipt)
})

it('reads of the newest block of each, never of one before what it is told', async () => {
  const at =
    (head: string, result: string): Say =>
    (method, params, response) =>
      method === 'eth_blockNumber' ? { result: head } : saying('eth_call', { result })(method, params, response)
  const read = () => readAtHead<string>(network, 'eth_call', (block) => [{}, block], 7n)
  one.say = at('0x6', '0x0')
  two.say = at('0x8', '0x1')
  three.say = at('0x6', '0x0')
  expect(await read()).toBeUndefined()
  three.say = at('0x9', '0x1')
  expect(await read()).toEqual({ answer: '0x1', block: 8n })
  expect(asked(one, 'eth_call')).toBe(0)
  // One that lies about both is alone with it.
  one.say = at('0x9', '0x0')
  expect(await read()).toEqual({ answer: '0x1', block: 8n })
  secret.say = (method) =>
    method === 'eth_chainId' ? { result: '0x539' } : { result: method === 'eth_blockNumber' ? '0x6' : '0x0' }
  expect(await readAtHead(lone, 'eth_call', (block) => [{}, block], 7n)).toBeUndefined()
  expect(await readAtHead(lone, 'eth_call', (block) => [{}, block], 6n)).toEqual({ answer: '0x0', block: 6n })
})

it('sends to two, and does not wait for the second', async () => {
  one.say = saying('eth_sendRawTransaction', { result: '0xfeed' })
  two.say = saying('eth_sendRawTransaction', 'silence')
  const answer = await sendRaw(network, '0x02')
  expect(answer).toEqual({ kind: 'accepted', message: '0xfeed', endpoint: stateOf(0)?.label })
  expect([asked(two, 'eth_sendRawTransaction'), asked(three, 'eth_sendRawTransaction')]).toEqual([1, 0])
})

it('is never sure of a refusal while another answer is lost, and asks the third when both are', async () => {
  const refusal = (message: string) => saying('eth_sendRawTransaction', { error: { code: -32000, message } })
  one.say = refusal('exceeds block gas limit')
  two.say = refusal('insufficient funds for transfer')
  expect(await sendRaw(network, '0x02')).toMatchObject({ kind: 'rejected', message: 'exceeds block gas limit' })
  two.say = refusal('already known')
  expect(await sendRaw(network, '0x02')).toMatchObject({ kind: 'known' })
  for (const node of [one, two]) node.say = saying('eth_sendRawTransaction', 'hang up')
  three.say = refusal('transaction underpriced')
  expect(await sendRaw(network, '0x02')).toMatchObject({ kind: 'unknown' })
})

it('keeps private what is private', async () => {
  secret.say = saying('eth_sendPrivateTransaction', { result: '0xfeed' })
  expect(await sendRaw(network, '0x02', { private: true })).toMatchObject({ kind: 'accepted', message: '0xfeed' })
  secret.say = (method) =>
    method === 'eth_sendPrivateTransaction'
      ? { error: { code: -32601, message: 'the method eth_sendPrivateTransaction does not exist' } }
      : { result: '0xbeef' }
  expect(await sendRaw(network, '0x02', { private: true })).toMatchObject({ kind: 'accepted', message: '0xbeef' })
  secret.say = saying('eth_sendPrivateTransaction', 'hang up')
  expect(await sendRaw(network, '0x02', { private: true })).toMatchObject({ kind: 'unknown' })
  expect([...one.methods, ...two.methods, ...three.methods]).toEqual([])
  expect(await sendRaw(lone, '0x02', { private: true })).toMatchObject({ kind: 'rejected' })
  expect(asked(secret, 'eth_sendRawTransaction')).toBe(1)
})
