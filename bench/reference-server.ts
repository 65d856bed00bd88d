import http from 'node:http'
import { x402Facilitator } from '@x402/core/facilitator'
import { x402HTTPResourceServer, x402ResourceServer } from '@x402/core/server'
import { toFacilitatorEvmSigner } from '@x402/evm'
import { ExactEvmScheme as ExactEvmFacilitator } from '@x402/evm/exact/facilitator'
import { ExactEvmScheme as ExactEvmServer } from '@x402/evm/exact/server'
import { createWalletClient, http as httpTransport, nonceManager, publicActions } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { baseSepolia } from 'viem/chains'

/**
 * The peer of bench/gateway.ts: @x402/core and @x402/evm as their documentation wires them, in one plain Node
 * process, with viem's nonce manager. Configured by argv: port, RPC URL, key, pay-to, upstream URL, price.
 */
const [port = '', rpcUrl = '', key = '', payTo = '', upstreamUrl = '', price = '$0.01'] = process.argv.slice(2)
const network = 'eip155:84532'

const account = privateKeyToAccount(key as `0x${string}`, { nonceManager })
const wallet = createWalletClient({
  account,
  chain: baseSepolia,
  transport: httpTransport(rpcUrl),
  pollingInterval: 50,
}).extend(publicActions)
const methods: Parameters<typeof toFacilitatorEvmSigner>[0] = {
  address: account.address,
  readContract: (args) => wallet.readContract(args as never),
  verifyTypedData: (args) => wallet.verifyTypedData(args as never),
  writeContract: (args) => wallet.writeContract(args as never),
  sendTransaction: (args) => wallet.sendTransaction(args as never),
  waitForTransactionReceipt: (args) => wallet.waitForTransactionReceipt(args) as never,
  getCode: (args) => wallet.getCode(args),
}
const signer = toFacilitatorEvmSigner(methods)
const facilitator = new x402Facilitator().register(network, new ExactEvmFacilitator(signer))
const resourceServer = new x402ResourceServer({
  verify: (payload, requirements) => facilitator.verify(payload, requirements),
  settle: (payload, requirements) => facilitator.settle(payload, requirements),
  getSupported: () => Promise.resolve(facilitator.getSupported() as never),
}).register(network, new ExactEvmServer())
const routes = { 'GET /fortune': { accepts: { scheme: 'exact', network, price, payTo, maxTimeoutSeconds: 300 } } }
const server = new x402HTTPResourceServer(resourceServer, routes as never)
await server.initialize()

async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
  const header = (name: string) => request.headers[name.toLowerCase()] as string | undefined
  const context = {
    adapter: {
      getHeader: header,
      getMethod: () => request.method ?? 'GET',
      getPath: () => url.pathname,
      getUrl: () => url.href,
      getAcceptHeader: () => header('accept') ?? '',
      getUserAgent: () => header('user-agent') ?? '',
    },
    path: url.pathname,
    method: request.method ?? 'GET',
    paymentHeader: header('payment-signature'),
  }
  const result = await server.processHTTPRequest(context as never)
  if (result.type === 'payment-error') {
    response.writeHead(result.response.status, result.response.headers)
    response.end(result.response.body === undefined ? '' : JSON.stringify(result.response.body))
    return
  }
  const upstream = await fetch(upstreamUrl)
  const body = await upstream.text()
  if (result.type === 'no-payment-required') return void response.writeHead(500).end()
  const settled = await server.processSettlement(
    result.paymentPayload,
    result.paymentRequirements,
    result.declaredExtensions,
  )
  if (!settled.success) {
    response.writeHead(settled.response.status, settled.response.headers)
    response.end(JSON.stringify(settled.response.body ?? {}))
    return
  }
  response.writeHead(200, { 'content-type': 'application/json', ...settled.headers }).end(body)
}

http
  .createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  .listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'))
