import { describe, expect, it } from 'vitest'
import * as Client from './Client'

const trusted = Client.trust(['10.0.0.0/8', 'fd00::/8', '192.0.2.7', 'loopback'])
const from = (peer: string, xff?: string, forwarded?: string) =>
  Client.addressOf(peer, { 'x-forwarded-for': xff, forwarded }, trusted)

describe('Client.trust', () => {
  it.each(['10.1.2.3', '127.0.0.9', '::1', 'fd12::1', '192.0.2.7', '::ffff:10.1.2.3'])('knows %s', (address) => {
    expect(trusted(address)).toBe(true)
  })

  it.each(['11.0.0.1', '192.0.2.8', 'fe80::1', '', 'unknown', '10.1', '10.0.0.1, 10.0.0.2', '::ffff:11.0.0.1'])(
    'does not know %j',
    (address) => expect(trusted(address)).toBe(false),
  )

  it('knows private networks by their name, and trusts no proxy without a setting', () => {
    const isPrivate = Client.trust(['private'])
    expect(['10.0.0.1', '172.31.0.1', '192.168.9.9', 'fc00::1'].every(isPrivate)).toBe(true)
    expect(['172.32.0.1', '127.0.0.1', '2001:db8::1'].some(isPrivate)).toBe(false)
    expect(['127.0.0.1', '10.0.0.1'].some(Client.trust([]))).toBe(false)
  })
})

describe('Client.addressOf', () => {
  it.each([
    ['a peer that is not a trusted proxy is the client', '203.0.113.1', '1.1.1.1', 'for=2.2.2.2', '203.0.113.1'],
    ['one proxy', '10.0.0.1', '203.0.113.1', undefined, '203.0.113.1'],
    ['what a client wrote itself stands further left', '10.0.0.1', '6.6.6.6, 203.0.113.1', undefined, '203.0.113.1'],
    ['a chain of trusted proxies', '10.0.0.1', '6.6.6.6, 203.0.113.1, 10.9.9.9, 127.0.0.1', undefined, '203.0.113.1'],
    ['only proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', undefined, '10.0.0.3'],
    ['a proxy that says nothing', '10.0.0.1', undefined, undefined, '10.0.0.1'],
    ['a hop that cannot be read', '10.0.0.1', '203.0.113.1, unknown, 10.0.0.2', undefined, '10.0.0.2'],
    ['an empty header', '10.0.0.1', '', undefined, '10.0.0.1'],
    ['with a port', '10.0.0.1', '203.0.113.1:4711', undefined, '203.0.113.1'],
    ['IPv6 in brackets', '::1', '[2001:DB8::7]:4711', undefined, '2001:db8::7'],
    ['IPv6 bare', '::1', '2001:db8::7', undefined, '2001:db8::7'],
    ['a socket of both families', '::ffff:10.0.0.1', '::ffff:203.0.113.1', undefined, '203.0.113.1'],
    ['Forwarded', '10.0.0.1', undefined, 'for=203.0.113.1;proto=https;by=10.0.0.1', '203.0.113.1'],
    ['Forwarded, quoted', '10.0.0.1', undefined, 'host="a,b;for=6.6.6.6";For="[2001:db8::7]:80"', '2001:db8::7'],
    ['Forwarded, several', '10.0.0.1', undefined, 'for=6.6.6.6, for=203.0.113.1, for=10.0.0.2', '203.0.113.1'],
    ['a name that hides an address', '10.0.0.1', undefined, 'for=_hidden, for=10.0.0.2', '10.0.0.2'],
    ['Forwarded without for', '10.0.0.1', undefined, 'proto=https', '10.0.0.1'],
    ['both, of one mind', '10.0.0.1', '203.0.113.1', 'for=203.0.113.1', '203.0.113.1'],
    ['one of both by the client itself', '10.0.0.1', '203.0.113.1', 'for=6.6.6.6', '10.0.0.1'],
    ['the other one by the client itself', '10.0.0.1', '6.6.6.6', 'for=203.0.113.1', '10.0.0.1'],
  ])('%s', (_, peer, xff, forwarded, client) => {
    expect(from(peer, xff, forwarded)).toBe(client)
  })

  it('is undefined once the connection is gone', () => {
    expect(Client.addressOf(undefined, { 'x-forwarded-for': '1.1.1.1' }, trusted)).toBeUndefined()
  })
})
