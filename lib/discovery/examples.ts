import { chains } from '@/lib/chains'
import type { Offer } from './Offer'

/** Code with which an agent's author pays a resource, by the official clients. It reads the key from the environment. */

const account = `import { privateKeyToAccount } from 'viem/accounts'

const account = privateKeyToAccount(process.env.PRIVATE_KEY)`

/** By `@x402/fetch`. */
export function byX402(method: string, url: string): string {
  return `import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ExactEvmScheme } from '@x402/evm'
${account}
const pay = wrapFetchWithPaymentFromConfig(fetch, {
  schemes: [{ network: 'eip155:*', client: new ExactEvmScheme(account) }],
})
const response = await pay(${call(method, url)})`
}

/** By `mppx/client`, set up for the MPP offers that are given. */
export function byMpp(method: string, url: string, offers: readonly Offer[]): string {
  const names = [...new Set(offers.map((offer) => offer.method))].sort()
  return `import { ${['Mppx', ...names].join(', ')} } from 'mppx/client'
${account}
const mppx = Mppx.create({
  polyfill: false,
  methods: [
${methodsOf(offers)
  .map((line) => `    ${line},\n`)
  .join('')}  ],
})
const response = await mppx.fetch(${call(method, url)})`
}

function methodsOf(offers: readonly Offer[]): readonly string[] {
  const evm = offers.find((offer) => offer.method === 'evm')
  const tempo = offers.filter((offer) => offer.method === 'tempo')
  const session = tempo.some(({ intent }) => intent === 'session')
  return [
    ...(evm ? [`evm.charge({ account${tokenOf(evm)} })`] : []),
    // What a channel may lock up at most, in whole tokens.
    ...(session ? [`tempo.session({ account, maxDeposit: '1' })`] : []),
    ...(tempo.some(({ intent }) => intent === 'charge') ? ['tempo.charge({ account })'] : []),
  ]
}

/** The client knows few tokens: it is told under which name this one checks signatures. */
function tokenOf({ network, currency }: Offer): string {
  const assets = chains.find((chain) => chain.network === network)?.assets ?? []
  const domain = assets.find(({ address }) => address.toLowerCase() === currency.toLowerCase())?.eip712
  return domain ? `, authorization: { name: '${domain.name}', version: '${domain.version}' }` : ''
}

function call(method: string, url: string): string {
  return JSON.stringify(url) + (method === 'GET' ? '' : `, { method: '${method}' }`)
}
