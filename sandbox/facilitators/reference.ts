import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KeyPairSigner } from '@solana/kit'
import { x402Facilitator } from '@x402/core/facilitator'
import { toFacilitatorEvmSigner } from '@x402/evm'
import { BatchSettlementEvmScheme } from '@x402/evm/batch-settlement/facilitator'
import { ExactEvmScheme } from '@x402/evm/exact/facilitator'
import { UptoEvmScheme } from '@x402/evm/upto/facilitator'
import { toFacilitatorSvmSigner } from '@x402/svm'
import { ExactSvmScheme } from '@x402/svm/exact/facilitator'
import { createWalletClient, defineChain, http, nonceManager, publicActions, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { solanaNetwork } from '../solana/rpc'

export type Served = {
  url: string
  port: number
  /** Paths that were asked for, in order. */
  asked: readonly string[]
  close(): Promise<void>
}

export type ReferenceOptions = {
  rpcUrl: string
  network: `eip155:${string}`
  privateKey: Hex
  port?: number
  /** Settles on the local Solana cluster too. */
  solana?: { url: string; feePayer: KeyPairSigner }
  /** As the repository's example has it: no nonce manager, and viem's own pace of asking for receipts. */
  asInExample?: boolean
}

type Request = { paymentPayload: never; paymentRequirements: never }
type Verb = 'verify' | 'settle'

/** The answers of the three endpoints, without HTTP. */
export type Facilitator = {
  address: string
  supported(): unknown
  ask(verb: Verb, request: unknown): Promise<unknown>
}

/**
 * The reference facilitator: `@x402/core` and `@x402/evm` as the example of their repository wires them, with viem's nonce
 * manager and quick polls, because without them it settles one payment at a time.
 */
export function createReference({ rpcUrl, network, privateKey, solana, asInExample }: ReferenceOptions): Facilitator {
  const account = privateKeyToAccount(privateKey, asInExample ? {} : { nonceManager })
  const chain = defineChain({
    id: Number(network.slice('eip155:'.length)),
    name: network,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const pace = asInExample ? {} : { pollingInterval: 50 }
  const wallet = createWalletClient({ account, chain, transport: http(rpcUrl), ...pace }).extend(publicActions)
  const signer = toFacilitatorEvmSigner({
    address: account.address,
    readContract: (args) => wallet.readContract(args as never),
    verifyTypedData: (args) => wallet.verifyTypedData(args as never),
    writeContract: (args) => wallet.writeContract(args as never),
    sendTransaction: (args) => wallet.sendTransaction(args as never),
    waitForTransactionReceipt: (args) => wallet.waitForTransactionReceipt(args) as never,
    getCode: (args) => wallet.getCode(args),
  })
  const facilitator = new x402Facilitator()
    .register(network, new ExactEvmScheme(signer))
    .register(network, new UptoEvmScheme(signer))
    .register(network, new BatchSettlementEvmScheme(signer))
  if (solana)
    facilitator.register(
      solanaNetwork,
      new ExactSvmScheme(toFacilitatorSvmSigner(solana.feePayer, { defaultRpcUrl: solana.url })),
    )
  return {
    address: account.address.toLowerCase(),
    supported: () => facilitator.getSupported(),
    ask: (verb, request) => {
      const { paymentPayload, paymentRequirements } = request as Request
      return facilitator[verb](paymentPayload, paymentRequirements)
    },
  }
}

/** The reference facilitator as an HTTP server on this machine. */
export async function startReference(options: ReferenceOptions): Promise<Served & { address: string }> {
  const reference = createReference(options)
  const served = await serve(options.port ?? 0, async (path, body) => {
    if (path === '/supported') return { body: reference.supported() }
    const verb = path.slice(1)
    if (verb !== 'verify' && verb !== 'settle') return { status: 404, body: { error: 'there is nothing here' } }
    return { body: await reference.ask(verb, body) }
  })
  return { ...served, address: reference.address }
}

/** An answer, or undefined for none at all. */
export type Answer = { status?: number; body: unknown } | undefined

/** An HTTP server that answers JSON; what throws is a 500, as with the reference's own servers. */
export async function serve(port: number, answer: (path: string, body: unknown) => Promise<Answer>): Promise<Served> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
    asked.push(path)
    readJson(request)
      .then((body) => answer(path, body))
      .catch((error: unknown) => ({ status: 500, body: { error: String(error) } }))
      .then((told) => {
        if (!told) return
        response.writeHead(told.status ?? 200, { 'content-type': 'application/json' })
        response.end(Buffer.isBuffer(told.body) ? told.body : JSON.stringify(told.body))
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}
