import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHoldingProxy } from '@/sandbox/testing/holding-proxy'
import { startRpcProxy, type RpcProxy } from '@/sandbox/testing/rpc-proxy'
import { chains } from '@/sandbox/testing/chains'
import { openSession, voucher, type SessionAgent } from '@/sandbox/testing/session-client'
import { booksOf, newPayer, openSessionShop, unitBase } from '@/sandbox/testing/session-shop-fixture'
import { startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { tempoNetwork } from '@/sandbox/tempo'
import { startUpstream, type Upstream } from '@/sandbox/upstream'

// Metered streams over two processes; and what still works after a secret's rotation or without the chain.

const payTo = privateKeyToAccount(generatePrivateKey()).address
let upstream: Upstream
let rpc: RpcProxy
let one: GatewayProcess
let two: GatewayProcess
const oldSecret = 'the secret of yesterday, thirty-two bytes long'

beforeAll(async () => {
  upstream = await startUpstream({})
  rpc = await startRpcProxy(chains().tempo.url)
  await openSessionShop(upstream.baseUrl, payTo)
  const env = { UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process' }
  ;[one, two] = await Promise.all([
    startGateway({ ...env, CHALLENGE_SECRET: oldSecret }),
    // The second process has the next secret, still accepts the first, and reads the chain through a proxy that can be
    // cut.
    startGateway({
      ...env,
      CHALLENGE_SECRET: 'the secret of today, which has more than thirty-two bytes',
      CHALLENGE_SECRET_PREVIOUS: oldSecret,
      NETWORKS: JSON.stringify({ [tempoNetwork]: { rpcUrls: [rpc.url] } }),
    }),
  ])
})
afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()])
  await rpc.close()
  await upstream.stop()
})

const at = ({ url }: GatewayProcess, path: string) => `${url}/gateway/acme${path}`
const open = async (path: string) => openSession(at(one, path), chains().tempo.url, await newPayer())

/** A channel whose first stream has ended: a cancelled one may still charge events that are under way. */
async function opened(path: string) {
  const agent = await open(`${path}?events=1&everyMs=1`)
  await agent.response.text()
  await expect.poll(async () => (await booksOf(agent.channelId)).reserved).toBe(0n)
  return agent
}

type Reading = { next(): Promise<string>; end(): Promise<void> }

/** Yields the events of an answer as they arrive: a broken connection discards unread ones. */
function read(response: Response): Reading {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const chunks: string[] = []
  let ended: { error?: unknown } | undefined
  let wake = () => {}
  const pump = async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      chunks.push(new TextDecoder().decode(chunk.value))
      wake()
    }
  }
  void pump().then(
    () => ((ended = {}), wake()),
    (error: unknown) => ((ended = { error }), wake()),
  )
  let buffered = ''
  return {
    async next() {
      for (;;) {
        buffered += chunks.splice(0).join('')
        if (buffered.includes('\n\n')) {
          const [event = '', ...rest] = buffered.split('\n\n')
          buffered = rest.join('\n\n')
          // A slow machine gets keep-alive comments in between.
          if (!event.startsWith(':')) return event
        } else if (ended) {
          if ('error' in ended) throw ended.error
          return ''
        } else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    end: () => reader.cancel(),
  }
}

const post = (agent: SessionAgent, cumulativeBase: bigint, gateway: GatewayProcess) =>
  fetch(at(gateway, '/stream'), { method: 'POST', headers: { authorization: voucher(agent, cumulativeBase) } })

async function stream(agent: SessionAgent, cumulativeBase: bigint, query: string, path = '/stream'): Promise<Reading> {
  const response = await fetch(`${at(one, path)}?${query}`, {
    headers: { authorization: voucher(agent, cumulativeBase) },
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  return read(response)
}

describe('a metered stream', () => {
  it('pauses when the credit is spent, and continues when a voucher reaches another process', async () => {
    // The opening paid for the first event of a stream that is not read further.
    const agent = await opened('/stream')
    const { spent } = await booksOf(agent.channelId)
    const events = await stream(agent, spent + 2n * unitBase, 'events=4&everyMs=1')
    expect(await events.next()).toContain('"index":1')
    expect(await events.next()).toContain('"index":2')
    const asking = await events.next()
    expect(asking).toContain('event: payment-need-voucher')
    const need = JSON.parse(asking.split('data: ')[1] ?? '{}') as Record<string, string>
    expect(need).toEqual({
      channelId: agent.channelId.toLowerCase(),
      requiredCumulative: (spent + 3n * unitBase).toString(),
      acceptedCumulative: (spent + 2n * unitBase).toString(),
      deposit: '1000000',
    })
    expect(await booksOf(agent.channelId)).toMatchObject({ spent: spent + 2n * unitBase, reserved: 0n })

    expect((await post(agent, spent + 4n * unitBase, two)).status).toBe(204)
    expect(await events.next()).toContain('"index":3')
    expect(await events.next()).toContain('"index":4')
    const last = await events.next()
    expect(last).toContain('event: payment-receipt')
    expect(JSON.parse(last.split('data: ')[1] ?? '{}')).toMatchObject({ spent: (spent + 4n * unitBase).toString() })
    expect(await events.next()).toBe('')
    await expect.poll(async () => (await booksOf(agent.channelId)).reserved).toBe(0n)
    expect(await booksOf(agent.channelId)).toMatchObject({
      spent: spent + 4n * unitBase,
      charged: spent + 4n * unitBase,
    })
  })

  it('does not hang behind a proxy that buffers answers', async () => {
    const agent = await opened('/stream')
    const { spent } = await booksOf(agent.channelId)
    const proxy = await startHoldingProxy(one.url)
    try {
      const credential = { authorization: voucher(agent, spent + unitBase) }
      const response = await fetch(`${proxy.url}/gateway/acme/stream?events=2&everyMs=1`, { headers: credential })
      expect(response.headers.get('cache-control')).toContain('no-transform')
      const events = read(response)
      expect(await events.next()).toContain('"index":1')
      // The event that requests a voucher must pass, or the stream would never continue.
      expect(await events.next()).toContain('event: payment-need-voucher')
      expect((await post(agent, spent + 2n * unitBase, one)).status).toBe(204)
      expect(await events.next()).toContain('"index":2')
      expect(await events.next()).toContain('event: payment-receipt')
    } finally {
      proxy.stop()
    }
  })

  it('charges the events before the upstream broke off, and none after', async () => {
    const agent = await opened('/stream')
    const { spent } = await booksOf(agent.channelId)
    const events = await stream(agent, spent + 9n * unitBase, 'events=9&everyMs=1&fail=3')
    const came: string[] = []
    for (let index = 1; index <= 4; index++) came.push(await events.next().catch(() => ''))
    // A client that sees the break drops its unread events; there is never a fourth event.
    const told = came.flatMap((text) => /"index":(\d)/.exec(text)?.[1] ?? [])
    expect(told).toEqual(['1', '2', '3'].slice(0, told.length))
    await events.end().catch(() => undefined)
    await expect.poll(async () => (await booksOf(agent.channelId)).reserved).toBe(0n)
    expect(await booksOf(agent.channelId)).toMatchObject({ spent: spent + 3n * unitBase })
  })
})

describe('a stream whose upstream counts', () => {
  it('is charged by its unit fields, which the agent does not see', async () => {
    const agent = await opened('/units')
    const before = await booksOf(agent.channelId)
    // The events have 1, 2, 3, 1 and 2 units: nine.
    const events = await stream(agent, before.spent + 9n * unitBase, 'events=5&everyMs=1', '/units')
    const texts: string[] = []
    for (let event = await events.next(); event !== ''; event = await events.next()) texts.push(event)
    expect(texts).toHaveLength(6)
    expect(texts.join('\n')).not.toMatch(/^units:/m)
    expect(texts.at(-1)).toContain('event: payment-receipt')
    const after = await booksOf(agent.channelId)
    expect([after.spent - before.spent, after.units - before.units]).toEqual([9n * unitBase, 9n])
  })
})

describe('a challenge made with an earlier secret', () => {
  it('is accepted by a process that still has that secret, and by no other', async () => {
    const agent = await open('/fortune')
    const send = (gateway: GatewayProcess, base: bigint) =>
      fetch(at(gateway, '/fortune'), { headers: { authorization: voucher(agent, base) } })
    expect((await send(two, 2n * unitBase)).status).toBe(200)
    const fresh = await openSession(at(two, '/fortune'), chains().tempo.url, await newPayer())
    const refused = await fetch(at(one, '/fortune'), { headers: { authorization: voucher(fresh, 2n * unitBase) } })
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([402, 'invalid-challenge'])
  })
})

describe('without the chain', () => {
  it('vouchers are accepted, and nothing is charged twice', async () => {
    const agent = await open('/fortune')
    rpc.cutOff(['eth_call', 'eth_getLogs', 'eth_blockNumber', 'eth_sendRawTransaction', 'eth_getBlockByNumber'])
    for (let n = 2n; n <= 30n; n++) {
      const answer = await fetch(at(two, '/fortune'), { headers: { authorization: voucher(agent, n * unitBase) } })
      expect(answer.status).toBe(200)
    }
    expect(await booksOf(agent.channelId)).toMatchObject({
      spent: 30n * unitBase,
      charged: 30n * unitBase,
      reserved: 0n,
    })
    rpc.cutOff([])
  })
})
