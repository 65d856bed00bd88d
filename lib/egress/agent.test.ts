import { createServer, type AddressInfo, type Server } from 'node:net'
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { env } from '@/lib/env'
import { closeEgress, isGlobalAddress, egressAgent } from './agent'

/** Sees every connection that reaches this machine, on all of its addresses. */
let canary: Server
let connections = 0
let port = 0

beforeAll(async () => {
  canary = createServer((socket) => {
    connections += 1
    socket
      .on('error', () => {})
      .resume()
      .end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  })
  await new Promise<void>((resolve) => canary.listen(0, '::', resolve))
  port = (canary.address() as AddressInfo).port
})
afterAll(async () => {
  await closeEgress()
  await new Promise((resolve) => canary.close(resolve))
})

const get = (url: string) => egressAgent().request({ origin: new URL(url).origin, path: '/', method: 'GET' })

const hosts = [
  '127.0.0.1',
  '127.1',
  '127.0.0.1.',
  '127.255.255.254',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '017700000001',
  '0177.0.0.01',
  '１２７.0.0.1',
  '①②⑦.⓪.0.1',
  '0.0.0.0',
  '0',
  'localhost',
  'LOCALHOST',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[::ffff:169.254.169.254]',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '2852039166',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
]

describe('the guarded connector', () => {
  it.each(hosts)('refuses %s, by http and by https', async (host) => {
    for (const scheme of ['http', 'https'])
      await expect(get(`${scheme}://${host}:${port}/`)).rejects.toMatchObject({ code: 'upstream-refused' })
  })

  it('refuses a name that resolves to an address of this network', async () => {
    await expect(get(`http://${hostname()}:${port}/`)).rejects.toBeInstanceOf(Error)
  })

  it('was tried with 25 forms, and the canary heard nothing', () => {
    expect(hosts.length).toBeGreaterThanOrEqual(25)
    expect(connections).toBe(0)
  })

  it('lets through exactly the host and port that are allowed', async () => {
    env.UPSTREAM_ALLOW.push(`127.0.0.1:${port}`)
    try {
      expect((await get(`http://127.0.0.1:${port}/`)).statusCode).toBe(200)
      expect(connections).toBe(1)
      await expect(get(`http://localhost:${port}/`)).rejects.toMatchObject({ code: 'upstream-refused' })
      await expect(get(`http://127.0.0.1:${port - 1}/`)).rejects.toMatchObject({ code: 'upstream-refused' })
      expect(connections).toBe(1)
    } finally {
      env.UPSTREAM_ALLOW.length = 0
    }
  })
})

describe('isGlobalAddress', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.63.255.255', '2606:4700:4700::1111', '2a00:1450::1'])(
    'takes %s',
    (address) => expect(isGlobalAddress(address)).toBe(true),
  )
  it.each(['', 'example.com', 'fe80::1%eth0', '2606:4700::1%1', '::', '4000::1', '1.1.1.1/8', 'undefined'])(
    'refuses %s',
    (address) => expect(isGlobalAddress(address)).toBe(false),
  )
})
