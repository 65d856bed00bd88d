import { egressAgent } from '@/lib/egress'
import * as CoinPrice from './CoinPrice'

/** An address that answers with JSON, and where each coin's price stands in it (RFC 6901). */
export type PriceEndpoint = { url: string; pointers: Readonly<Record<string, string>> }

const patienceMs = 10_000
const bytesMax = 256 * 1024

/**
 * Asks a server for prices of coins in dollars. A coin whose pointer leads to no number is left out.
 * @throws Error with a sentence if the server cannot be asked or answers none.
 */
export async function askPrices({ url, pointers }: PriceEndpoint): Promise<CoinPrice.CoinPrice[]> {
  const { origin, pathname, search, host } = new URL(url)
  const response = await egressAgent().request({
    origin,
    path: pathname + search,
    method: 'GET',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(patienceMs),
  })
  if (response.statusCode !== 200) {
    await response.body.dump()
    throw new Error(`${host} answered ${response.statusCode} to the question for prices.`)
  }
  let text = ''
  for await (const chunk of response.body.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > bytesMax)
      throw new Error(`${host} answered more than ${bytesMax} bytes to the question for prices.`)
  }
  const document: unknown = JSON.parse(text)
  const at = new Date().toISOString()
  const prices = Object.entries(pointers).flatMap(([coin, pointer]) => {
    const micros = CoinPrice.readMicros(follow(document, pointer))
    return micros === undefined ? [] : [{ coin, micros, source: host, at }]
  })
  if (prices.length === 0) throw new Error(`${host} answered no price where the pointers lead.`)
  return prices
}

/** The value at a JSON pointer; undefined if there is none. */
function follow(document: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
      return (value as Record<string, unknown>)[name]
    }, document)
}
