import { isGlobalAddress } from './agent'
import { isAllowed, addressesOf, notPublic } from './host-addresses'

const lengthMax = 2_048

/**
 * What is wrong with an address for webhooks or callbacks, as a sentence that says what to do; undefined if nothing is. A name
 * is looked up once here, and every connection checks it again.
 */
export async function checkUrl(text: string): Promise<string | undefined> {
  if (text.length > lengthMax) return `Use at most ${lengthMax.toLocaleString('en')} characters`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    return 'Write the whole address, for example https://example.com/hooks'
  if (url.username || url.password) return 'Leave user and password out of the address: what is sent is signed'
  if (url.hash) return 'Remove the part after #: it is never sent'
  if (isAllowed(url)) return undefined
  if (url.protocol === 'http:') return 'Use https: what is sent there names your transactions'
  const addresses = await addressesOf(url)
  if (addresses.length === 0) return 'This name cannot be found: check its spelling'
  return addresses.some(isGlobalAddress) ? undefined : notPublic
}
