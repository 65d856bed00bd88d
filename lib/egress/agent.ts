import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { connect as connectTcp, isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, buildConnector } from 'undici'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'

/**
 * Connections to upstreams and to receivers of webhooks. Others choose these addresses, so every connection is checked at the
 * socket: a name may resolve to anything, and a literal address is never looked up (docs/security.md#t20).
 */

const connectTimeoutMs = 10_000
/** How long an answer may pause after it began. */
const pauseMs = 10 * 60_000

/** Azure's wire server has a public address. */
const metadata = new Set(['168.63.129.16'])
const globalUnicast6 = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address is a global unicast one: not private, loopback, link-local, metadata, shared or reserved, and not a tunnel
 * to one of those.
 */
export function isGlobalAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  // A zone means link-local; ::ffff:a.b.c.d, NAT64, 6to4 and Teredo have their own ranges and are refused whole.
  if (address.range() !== 'unicast' || text.includes('%')) return false
  if (address.kind() === 'ipv6') return (address as ipaddr.IPv6).match(globalUnicast6)
  return !metadata.has(address.toString())
}

/** `UPSTREAM_ALLOW` names private addresses that are allowed, by host:port. */
export function isAllowedByName(hostname: string, port: string | number): boolean {
  return env.UPSTREAM_ALLOW.includes(`${hostname}:${port}`)
}

function refused(): AppError {
  return new AppError('upstream-refused', 'This leads to an address that is not public.')
}

/** dns.lookup without addresses that are not global; refused if none is left. */
const lookupGlobal = ((hostname: string, options: LookupOptions, callback: LookupCallback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, options.all ? [] : '')
    const [first, ...rest] = addresses.filter(({ address }) => isGlobalAddress(address))
    if (!first) return callback(refused(), options.all ? [] : '')
    if (options.all) return callback(null, [first, ...rest])
    callback(null, first.address, first.family)
  })
}) as LookupFunction
type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void

const upgrade = buildConnector({ timeout: connectTimeoutMs })

/** undici's connector on top of this module's own TCP connection, so that nothing, not even a TLS hello, is sent unchecked. */
const connector: buildConnector.connector = (options, callback) => {
  const secure = options.protocol === 'https:'
  const port = Number(options.port) || (secure ? 443 : 80)
  const hostname = options.hostname.replace(/^\[|\]$/g, '')
  const allowed = isAllowedByName(options.hostname, port)
  if (!allowed && isIP(hostname) !== 0 && !isGlobalAddress(hostname)) {
    queueMicrotask(() => callback(refused(), null))
    return
  }

  const socket = connectTcp({ host: hostname, port, ...(!allowed && { lookup: lookupGlobal }) })
  const timer = setTimeout(() => socket.destroy(new Error('connect timeout')), connectTimeoutMs)
  const settle = once((error: Error | null) => {
    clearTimeout(timer)
    if (error) return callback(error, null)
    if (!allowed && !isGlobalAddress(socket.remoteAddress ?? '')) {
      socket.destroy()
      return callback(refused(), null)
    }
    socket.setNoDelay(true).setKeepAlive(true, 60_000)
    if (secure) upgrade({ ...options, httpSocket: socket }, callback)
    else callback(null, socket)
  })
  socket.once('connect', () => settle(null))
  socket.on('error', (error) => settle(error))
}

function once(work: (error: Error | null) => void): (error: Error | null) => void {
  let done = false
  return (error) => {
    if (done) return
    done = true
    work(error)
  }
}

let agent: Agent | undefined

/** The dispatcher of every call to an address that others chose. The caller's own timer limits the wait for headers. */
export function egressAgent(): Agent {
  return (agent ??= new Agent({
    connect: connector,
    headersTimeout: 0,
    bodyTimeout: pauseMs,
    maxHeaderSize: 16 * 1024,
    connections: 512,
    keepAliveTimeout: 4_000,
  }))
}

/** Ends idle and running connections. May be called twice. */
export async function closeEgress(): Promise<void> {
  const open = agent
  agent = undefined
  await open?.destroy()
}
