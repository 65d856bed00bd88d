import { AppError } from '@/lib/errors'

/**
 * The forms of request targets in HTTP/1 (RFC 9112 section 3). PUBLIC_URL is this server's name: the name that a client or a
 * proxy uses must be well-formed, and is then ignored.
 */

/** The head as it arrived. */
export type RequestHead = {
  method: string
  target: string
  /** "1.0" or "1.1". */
  version: string
  /** Every Host field line, in order. */
  hosts: readonly string[]
}

/** The addresses of this server: PUBLIC_URL, and the address and port of the connection. */
export type ServerAddress = { publicUrl: string; address?: string | undefined; port?: number | undefined }

/** uri-host [ ":" port ] (RFC 9110 section 7.2, RFC 3986 section 3.2.2). */
const hostPattern = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d{0,5})?$/i
const absolutePattern = /^(https?):\/\/([^/?#]*)([/?].*)?$/i

/**
 * The path and query of a request, as they arrived; "*" if it is about the whole server.
 * @throws AppError bad-request, misdirected
 */
export function readTarget({ method, target, version, hosts }: RequestHead, own: ServerAddress): string {
  if (hosts.length > 1) throw new AppError('bad-request', 'The Host header stands there more than once.')
  // Load balancers check by an address, or without a name.
  if (!isHealth(target)) assertHost(hosts, version)
  if (target.startsWith('/')) return target
  if (target === '*') {
    if (method === 'OPTIONS') return target
    throw new AppError('bad-request', 'The request target "*" goes with the method OPTIONS only.')
  }
  const absolute = absolutePattern.exec(target)
  if (!absolute)
    throw new AppError('bad-request', 'The request target is neither a path nor a whole http:// or https:// URL.')
  const [, scheme = '', authority = '', rest = ''] = absolute
  if (!hostPattern.test(authority)) throw new AppError('bad-request', 'The host of the request target is malformed.')
  if (!isOwn(scheme, authority, own))
    throw new AppError('misdirected', `This is ${own.publicUrl}, and no proxy for other hosts.`)
  if (rest === '' && method === 'OPTIONS') return '*'
  return rest.startsWith('/') ? rest : `/${rest}`
}

export function isHealth(target: string): boolean {
  return target === '/api/health' || target.startsWith('/api/health?')
}

/** HTTP/1.0 has no Host. @throws AppError bad-request */
function assertHost(hosts: readonly string[], version: string): void {
  const [host] = hosts
  if (host === undefined && version === '1.0') return
  if (!host) throw new AppError('bad-request', 'The Host header is missing.')
  if (!hostPattern.test(host)) throw new AppError('bad-request', 'The Host header is malformed.')
}

/** Proxies that terminate TLS, or listen on another port, say http for https, and omit the port or send theirs. */
function isOwn(scheme: string, authority: string, { publicUrl, address, port }: ServerAddress): boolean {
  const named = URL.canParse(`${scheme}://${authority}`) ? new URL(`${scheme}://${authority}`) : undefined
  const known = new URL(publicUrl)
  if (address !== undefined && named?.host === `${address.includes(':') ? `[${address}]` : address}:${port}`)
    return true
  return named?.hostname === known.hostname && ['', '80', '443', known.port, String(port)].includes(named.port)
}
