import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isAllowedByName } from './agent'

export const notPublic = 'This address is not public: it must be reachable from the internet'

export function isAllowed(url: URL): boolean {
  return isAllowedByName(url.hostname, url.port || (url.protocol === 'https:' ? 443 : 80))
}

export async function addressesOf(url: URL): Promise<string[]> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(hostname) !== 0) return [hostname]
  const found = await lookup(hostname, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}
