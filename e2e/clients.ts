import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { promisify } from 'node:util'
import { x402Client } from '@x402/core/client'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { UptoEvmScheme } from '@x402/evm/upto/client'
import { wrapFetchWithPayment, wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { evm as evmMethod, Mppx, tempo as tempoMethod } from 'mppx/client'
import { createClient, http, type Address } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { evm, networkOf, tempo, type Demo } from './demo'

/** The official clients, as an agent's author would set them up, and one written by hand for x402 v1. */

/** The last request and its answer: repeats are made from them. */
export type Paid = { response: Response; body: string; header: { name: string; value: string } }

export type Pay = (demo: Demo, url: string, init?: RequestInit) => Promise<Paid>

const credentialHeaders = ['payment-signature', 'x-payment', 'authorization']

/** A fetch that remembers the credential of the last request that carried one. */
function recorder() {
  let header: Paid['header'] | undefined
  const recorded: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    for (const name of credentialHeaders) {
      const value = request.headers.get(name)
      if (value) header = { name, value }
    }
    return fetch(request)
  }
  const paid = async (response: Response): Promise<Paid> => {
    const body = await response.text()
    if (!header) throw new Error(`the client did not pay: ${response.status} ${body}`)
    return { response, body, header }
  }
  return { recorded, paid }
}

/** `@x402/fetch`, protocol version 2. */
export const byX402: Pay = async (demo, url, init) => {
  const { recorded, paid } = recorder()
  const client = new ExactEvmScheme(privateKeyToAccount(demo.payer.privateKey))
  const pay = wrapFetchWithPaymentFromConfig(recorded, { schemes: [{ network: evm, client }] })
  return paid(await pay(url, init))
}

type Offer = { network: string; scheme: string; extra: Record<string, unknown> }

/** Picks the offer of this scheme and method on the EVM chain, for a client's constructor. */
export const choose =
  (scheme: 'exact' | 'upto', method: string) =>
  <One extends Offer>(_version: number, accepts: One[]): One => {
    const found = accepts.find(
      (offer) =>
        offer.network === evm && offer.scheme === scheme && (offer.extra.assetTransferMethod ?? 'eip3009') === method,
    )
    if (!found) throw new Error(`nothing is offered by ${scheme} ${method}`)
    return found
  }

/** `@x402/fetch` that takes the offer of this scheme and method, and signs a permit where its allowance is short. */
export const byOffer =
  (scheme: 'exact' | 'upto', method = 'eip3009') =>
  ({ payer, networks }: Demo, url: string): Promise<Response> => {
    const account = privateKeyToAccount(payer.privateKey)
    const options = { rpcUrl: networks[evm]?.rpcUrl ?? '' }
    const client = new x402Client(choose(scheme, method))
      .register(evm, new ExactEvmScheme(account, options))
      .register(evm, new UptoEvmScheme(account, options))
    return wrapFetchWithPayment(fetch, client)(url)
  }

/** x402 version 1 by hand: read `accepts` of the body, sign EIP-3009, send X-PAYMENT. */
export const byX402v1: Pay = async (demo, url, init) => {
  const { recorded, paid } = recorder()
  const value = await signV1(demo, url, init)
  return paid(await recorded(url, { ...init, headers: { ...toObject(init?.headers), 'X-PAYMENT': value } }))
}

/** `mppx/client`, method evm. */
export const byMppEvm: Pay = async (demo, url, init) => {
  const { recorded, paid } = recorder()
  const mppx = Mppx.create({
    polyfill: false,
    fetch: recorded,
    methods: [
      evmMethod.charge({
        account: privateKeyToAccount(demo.payer.privateKey),
        networks: [84532],
        authorization: { name: 'USDC', version: '2' },
      }),
    ],
  })
  return paid(await mppx.fetch(url, init))
}

/** `mppx/client`, method tempo. */
export const byMppTempo: Pay = async (demo, url, init) => {
  const { recorded, paid } = recorder()
  const { rpcUrl } = networkOf(demo, tempo)
  const mppx = Mppx.create({
    polyfill: false,
    fetch: recorded,
    methods: [
      tempoMethod.charge({
        account: privateKeyToAccount(demo.payer.privateKey),
        getClient: () => createClient({ chain: tempoLocalnet, transport: http(rpcUrl) }),
      }),
    ],
  })
  return paid(await mppx.fetch(url, init))
}

/** `mppx/client`'s session manager: opens a channel with its first request, and pays the others by vouchers. */
export function sessionOf(demo: Demo, maxDeposit: string) {
  const { rpcUrl } = networkOf(demo, tempo)
  const account = privateKeyToAccount(demo.payer.privateKey)
  const client = createClient({ account, chain: tempoLocalnet, transport: http(rpcUrl) })
  return tempoMethod.session.manager({ account, client, maxDeposit })
}

/** The `mppx` command, in a process of its own. Answers the body that it printed; fails on an HTTP error. */
export async function byCommand(demo: Demo, url: string): Promise<string> {
  const { rpcUrl, asset } = networkOf(demo, tempo)
  const command = path.resolve('node_modules/mppx/dist/bin.js')
  const options = ['--protocol', 'mpp', '--currency', asset, '--rpc-url', rpcUrl, '--fail', '--silent']
  const { stdout } = await promisify(execFile)(process.execPath, [command, url, ...options], {
    env: { ...process.env, MPPX_PRIVATE_KEY: demo.payer.privateKey },
  })
  return stdout
}

type OfferV1 = {
  scheme: string
  network: string
  maxAmountRequired: string
  asset: Address
  payTo: Address
  maxTimeoutSeconds: number
  extra: { name: string; version: string }
}

/** A fresh X-PAYMENT value for what this request costs now. */
export async function signV1(demo: Demo, url: string, init?: RequestInit): Promise<string> {
  const demand = await fetch(url, init)
  const { x402Version, accepts } = (await demand.json()) as { x402Version: number; accepts: OfferV1[] }
  const offer = accepts.find(({ scheme, network }) => scheme === 'exact' && network === 'base-sepolia')
  if (x402Version !== 1 || !offer) throw new Error(`no x402 v1 offer in the body of ${demand.status}`)
  const account = privateKeyToAccount(demo.payer.privateKey)
  const authorization = {
    from: account.address,
    to: offer.payTo,
    value: offer.maxAmountRequired,
    validAfter: '0',
    validBefore: String(Math.floor(Date.now() / 1000) + offer.maxTimeoutSeconds),
    nonce: `0x${randomBytes(32).toString('hex')}` as const,
  }
  const signature = await account.signTypedData({
    domain: { ...offer.extra, chainId: 84532, verifyingContract: offer.asset },
    types: {
      TransferWithAuthorization: [
        { name: 'from', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'validAfter', type: 'uint256' },
        { name: 'validBefore', type: 'uint256' },
        { name: 'nonce', type: 'bytes32' },
      ],
    },
    primaryType: 'TransferWithAuthorization',
    message: {
      ...authorization,
      value: BigInt(authorization.value),
      validAfter: BigInt(authorization.validAfter),
      validBefore: BigInt(authorization.validBefore),
    },
  })
  const payment = { x402Version: 1, scheme: 'exact', network: offer.network, payload: { signature, authorization } }
  return Buffer.from(JSON.stringify(payment)).toString('base64')
}

/** A receipt header, decoded. */
export function receiptOf(response: Response): Record<string, unknown> {
  const name = ['payment-response', 'x-payment-response', 'payment-receipt'].find((one) => response.headers.has(one))
  const value = name && response.headers.get(name)
  if (!value) throw new Error(`the answer ${response.status} carries no receipt`)
  return JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as Record<string, unknown>
}

/** The same request once more, with the credential of an earlier one. */
export function repeat(paid: Paid, url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { ...toObject(init.headers), [paid.header.name]: paid.header.value } })
}

function toObject(headers: HeadersInit | undefined): Record<string, string> {
  return Object.fromEntries(new Headers(headers))
}
