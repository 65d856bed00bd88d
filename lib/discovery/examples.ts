import { Chain } from '@/lib/chains'
import type { PaymentOffer } from './PaymentOffer'

/** Example code that pays for a resource with the official clients. It reads the key from the environment. */

const account = `import { privateKeyToAccount } from 'viem/accounts'

const account = privateKeyToAccount(process.env.PRIVATE_KEY)`

/** With `@x402/fetch`. */
export function byX402(method: string, url: string, body?: string): string {
  return `import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ExactEvmScheme } from '@x402/evm'
${account}
const pay = wrapFetchWithPaymentFromConfig(fetch, {
  schemes: [{ network: 'eip155:*', client: new ExactEvmScheme(account) }],
})
const response = await pay(${call(method, url, body)})`
}

/** With the `mppx` command. */
export function byCommand(method: string, url: string): string {
  return `npx mppx ${inShell(url)}${method === 'GET' ? '' : ` -X ${method}`}`
}

/** Quotes any text as one word of a POSIX shell. */
export function inShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** With `mppx/client` and one of its payment methods, as `mppMethods` writes them. */
export function byMpp(method: string, url: string, payment: string, body?: string): string {
  return `import { Mppx, ${payment.split('.')[0]} } from 'mppx/client'
${account}
const mppx = Mppx.create({ polyfill: false, methods: [${payment}] })
const response = await mppx.fetch(${call(method, url, body)})`
}

/**
 * The payment methods of `mppx/client` that can pay at least one of the offers. Methods that sign without calling a
 * chain come first, because they work without further setup.
 */
export function mppMethods(offers: readonly PaymentOffer[]): readonly string[] {
  const evm = offers.find((offer) => offer.method === 'evm')
  const tempo = new Set(offers.filter((offer) => offer.method === 'tempo').map(({ intent }) => intent))
  return [
    ...(evm ? [`evm.charge({ account${domainOf(evm)} })`] : []),
    ...(tempo.has('charge') ? ['tempo.charge({ account })'] : []),
    // Maximum deposit of a channel, in whole tokens.
    ...(tempo.has('session') ? [`tempo.session({ account, maxDeposit: '1' })`] : []),
  ]
}

/** The client knows few tokens, so this passes the EIP-712 domain of the token. */
function domainOf({ network, currency }: PaymentOffer): string {
  const domain = Chain.findAsset(network, currency)?.eip712
  return domain ? `, authorization: { name: '${domain.name}', version: '${domain.version}' }` : ''
}

/** With curl, which cannot pay: it shows the 402. */
export function byCurl(method: string, url: string, body?: string): string {
  const parts = [`curl -i${method === 'GET' ? '' : ` -X ${method}`} ${inShell(url)}`]
  if (body) parts.push(`-H 'Content-Type: application/json'`, `--data ${inShell(body)}`)
  return parts.join(` \\\n  `)
}

/** With the `x402` package of Python and `requests`. */
export function byPython(method: string, url: string, body?: string): string {
  const sent = body ? `, data=${JSON.stringify(body)}, headers={"Content-Type": "application/json"}` : ''
  return `# pip install "x402[evm,requests]"
import os
from eth_account import Account
from x402 import x402ClientSync
from x402.http.clients import x402_requests
from x402.mechanisms.evm import EthAccountSigner
from x402.mechanisms.evm.exact.register import register_exact_evm_client

client = x402ClientSync()
register_exact_evm_client(client, EthAccountSigner(Account.from_key(os.environ["PRIVATE_KEY"])))
with x402_requests(client) as session:
    response = session.request(${JSON.stringify(method)}, ${JSON.stringify(url)}${sent})`
}

export type Snippet = { name: string; code: string }

/** The example request in every language. */
export function snippetsOf(method: string, url: string, body?: string): readonly Snippet[] {
  return [
    { name: 'curl', code: byCurl(method, url, body) },
    { name: '@x402/fetch', code: byX402(method, url, body) },
    { name: 'mppx', code: byMpp(method, url, 'tempo.charge({ account })', body) },
    { name: 'Python', code: byPython(method, url, body) },
  ]
}

function call(method: string, url: string, body?: string): string {
  const sent = body ? `, headers: { 'Content-Type': 'application/json' }, body: ${JSON.stringify(body)}` : ''
  return JSON.stringify(url) + (method === 'GET' ? '' : `, { method: '${method}'${sent} }`)
}
