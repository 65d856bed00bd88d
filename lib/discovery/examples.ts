import { Chain } from '@/lib/chains'
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

/** By the `mppx` command. */
export function byCommand(method: string, url: string): string {
  return `npx mppx ${inShell(url)}${method === 'GET' ? '' : ` -X ${method}`}`
}

/** One word of a POSIX shell, whatever is in it. */
export function inShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** By `mppx/client` with one of its payment methods, as `mppMethods` writes them. */
export function byMpp(method: string, url: string, payment: string): string {
  return `import { Mppx, ${payment.split('.')[0]} } from 'mppx/client'
${account}
const mppx = Mppx.create({ polyfill: false, methods: [${payment}] })
const response = await mppx.fetch(${call(method, url)})`
}

/**
 * The payment methods of `mppx/client` that can pay at least one of the offers. First those that sign without asking a
 * chain, and work wherever they are pasted.
 */
export function mppMethods(offers: readonly Offer[]): readonly string[] {
  const evm = offers.find((offer) => offer.method === 'evm')
  const tempo = new Set(offers.filter((offer) => offer.method === 'tempo').map(({ intent }) => intent))
  return [
    ...(evm ? [`evm.charge({ account${domainOf(evm)} })`] : []),
    ...(tempo.has('charge') ? ['tempo.charge({ account })'] : []),
    // What a channel may lock up at most, in whole tokens.
    ...(tempo.has('session') ? [`tempo.session({ account, maxDeposit: '1' })`] : []),
  ]
}

/** The client knows few tokens: it is told under which name this one checks signatures. */
function domainOf({ network, currency }: Offer): string {
  const domain = Chain.findAsset(network, currency)?.eip712
  return domain ? `, authorization: { name: '${domain.name}', version: '${domain.version}' }` : ''
}

function call(method: string, url: string): string {
  return JSON.stringify(url) + (method === 'GET' ? '' : `, { method: '${method}' }`)
}
