import { afterEach, describe, expect, inject, test } from 'vitest'
import { startAnvil } from './anvil'
import { channelReserve } from './channel-reserve'
import { chainLog } from './evm'
import { startTempoShim, type TempoShim } from './tempo-shim'
import { chains } from './testing/chains'

const started: TempoShim[] = []
async function start(nodeUrl: string, port?: number): Promise<TempoShim> {
  const shim = await startTempoShim(nodeUrl, port)
  started.push(shim)
  return shim
}
afterEach(() => Promise.all(started.splice(0).map((shim) => shim.stop())))

async function post(url: string, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text })
  return { status: answer.status, body: (await answer.json()) as unknown }
}
const request = (id: number | string, method: string, params: readonly unknown[] = []) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})

describe('the shim passes on', () => {
  test('batches, errors and what is no JSON-RPC', async () => {
    const { url } = chains().tempo
    const batch = [
      request('a', 'eth_chainId'),
      request(2, 'eth_nothing'),
      request(3, 'eth_getCode', [channelReserve, 'latest']),
    ]
    expect(await post(url, batch)).toEqual({
      status: 200,
      body: [
        { jsonrpc: '2.0', id: 'a', result: '0x539' },
        expect.objectContaining({ id: 2, error: expect.objectContaining({ code: -32601 }) }),
        { jsonrpc: '2.0', id: 3, result: expect.stringMatching(/^0x60/) },
      ],
    })
    const broken = await post(url, `{"mentions": "${channelReserve}"`)
    expect(broken.body).toMatchObject({ error: { code: -32600 } })
    const nonsense = request(4, 'eth_sendRawTransaction', [`0x76${channelReserve.slice(2)}`])
    expect((await post(url, nonsense)).body).toMatchObject({ id: 4, error: { message: expect.any(String) } })
  })

  test('megabytes either way', async () => {
    const { url } = chains().tempo
    const [address, code] = [`0x${'bb'.repeat(20)}`, `0x${'ab'.repeat(1_000_000)}`]
    expect((await post(url, request(1, 'anvil_setCode', [address, code]))).body).not.toHaveProperty('error')
    expect((await post(url, request(2, 'eth_getCode', [address, 'latest']))).body).toMatchObject({ result: code })
  })
})

describe('the shim, while the chain is away,', () => {
  const nowhere = 'http://127.0.0.1:9'

  test('answers each request with an error that asks to try again', async () => {
    const { url } = await start(nowhere)
    const error = { code: -32005, message: expect.stringContaining('does not answer') }
    const alone = { status: 502, body: { jsonrpc: '2.0', id: 7, error } }
    expect(await post(url, request(7, 'eth_chainId'))).toEqual(alone)
    // One that would be prepared first.
    expect(await post(url, request(7, 'eth_getCode', [channelReserve, 'latest']))).toEqual(alone)
    const both = [request('a', 'eth_chainId'), request('b', 'eth_chainId')]
    expect(await post(url, both)).toMatchObject({
      status: 502,
      body: [
        { id: 'a', error },
        { id: 'b', error },
      ],
    })
    expect(await post(url, 'no JSON')).toMatchObject({ status: 502, body: { id: null, error } })
  })

  test('serves again when the chain is back', async () => {
    const options = {
      name: 'away',
      chainId: 31_337,
      blockSeconds: 1,
      logFile: chainLog(inject('chainsDir'), 'away'),
    }
    const first = await startAnvil(options)
    const { url } = await start(first.url)
    expect((await post(url, request(1, 'eth_chainId'))).status).toBe(200)
    await first.stop()
    expect((await post(url, request(2, 'eth_chainId'))).status).toBe(502)
    const second = await startAnvil({ ...options, port: first.port })
    expect((await post(url, request(3, 'eth_chainId'))).status).toBe(200)
    await second.stop()
  })

  test('takes the wished port, or another when that one is taken', async () => {
    const first = await start(nowhere)
    const second = await start(nowhere, first.port)
    expect(second.port).not.toBe(first.port)
    await first.stop()
    expect((await start(nowhere, first.port)).port).toBe(first.port)
  })
})
