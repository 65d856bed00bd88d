import { BlockList, isIP } from 'node:net'

/** The client of a request, as trusted proxies report it. Reports of others are ignored. */

const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** The header in which the listener passes the client's address on, replacing the one that arrived. */
export const header = 'x-forwarded-for'

export type IsTrusted = (address: string) => boolean

/** `ranges` are addresses, CIDRs, `loopback` or `private`, as in TRUSTED_PROXIES. */
export function trust(ranges: readonly string[]): IsTrusted {
  const list = new BlockList()
  for (const range of ranges.flatMap((one) => named[one] ?? [one])) {
    const [address = '', prefix] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The client's address: the peer's, or, if that is a trusted proxy, the address that it names, and so on from hop to hop. A
 * client can write both headers, and a proxy appends to one of them and passes the other on: if they disagree, only the peer's
 * address is certain.
 */
export function addressOf(
  peer: string | undefined,
  headers: { 'x-forwarded-for'?: string | string[] | undefined; forwarded?: string | undefined },
  isTrusted: IsTrusted,
): string | undefined {
  if (peer === undefined) return undefined
  const nearest = plain(peer)
  if (!isTrusted(nearest)) return nearest
  const claimed = [readForwardedFor(headers['x-forwarded-for']), readForwarded(headers.forwarded)]
    .filter((hops) => hops.length > 0)
    .map((hops) => follow(nearest, hops, isTrusted))
  const [first = nearest] = claimed
  return claimed.every((address) => address === first) ? first : nearest
}

/** From the nearest hop outwards, as long as the hop is trusted and names an address. */
function follow(nearest: string, hops: readonly string[], isTrusted: IsTrusted): string {
  let address = nearest
  for (const hop of hops.toReversed()) {
    const next = isTrusted(address) ? toAddress(hop) : undefined
    if (next === undefined) break
    address = next
  }
  return address
}

/** Hops of X-Forwarded-For, the nearest last. */
function readForwardedFor(header: string | readonly string[] | undefined): readonly string[] {
  const text = [header ?? []].flat().join(',')
  return text === '' ? [] : text.split(',').map((hop) => hop.trim())
}

/** Hops of Forwarded (RFC 7239): an element without `for` names none. */
function readForwarded(header: string | undefined): readonly string[] {
  const elements = header?.match(/(?:[^",]|"(?:[^"\\]|\\.)*")+/g) ?? []
  return elements.map((element) => {
    const pairs = [...element.matchAll(/([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)/g)]
    return pairs.find(([, name = '']) => name.toLowerCase() === 'for')?.[2]?.replaceAll('"', '') ?? ''
  })
}

/** An address with or without a port; undefined for `unknown`, for an obfuscated name, and for anything else. */
function toAddress(hop: string): string | undefined {
  const inBrackets = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1]
  const beforePort = /^([\d.]+):\d+$/.exec(hop)?.[1]
  const address = plain(inBrackets ?? beforePort ?? hop)
  return isIP(address) === 0 ? undefined : address
}

/** IPv4 in its plain form, also if a dual-stack socket reports it; without the name of an interface. */
export function plain(address: string): string {
  return address
    .toLowerCase()
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/, '')
}
