import { isGlobalAddress } from './agent'
import { isAllowed, addressesOf, notPublic } from './host-addresses'

/**
 * What is wrong with the host of an upstream: a private address that UPSTREAM_ALLOW does not name, to which every call would be
 * refused; undefined if nothing is. A name that does not exist yet is not a fault.
 */
export async function checkHost(text: string): Promise<string | undefined> {
  const url = new URL(text)
  if (isAllowed(url)) return undefined
  const addresses = await addressesOf(url)
  return addresses.length === 0 || addresses.some(isGlobalAddress) ? undefined : notPublic
}
