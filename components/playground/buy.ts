import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import type { PaymentRequirements } from '@x402/core/types'
import type { Hex } from 'viem'

/** The steps by which an agent buys something, with a wallet of this browser. The official clients build what is signed. */

/** The request to pay for. */
export type PlaygroundRequest = { method: string; url: string; body: string | undefined }

/** Signs typed data; the key does not leave the wallet. */
export type Signer = { address: Hex; signTypedData(data: never): Promise<Hex> }

/** Calls a token contract of a network and returns its answer. @throws Error with a sentence for a person. */
export type ReadToken = (network: string, asset: string, data: Hex) => Promise<Hex>

export type Answer = {
  status: number
  statusText: string
  headers: readonly (readonly [name: string, value: string])[]
  body: string
  /** Milliseconds until the answer was complete. */
  ms: number
}

/** One offer of a 402. */
export type Way = {
  id: string
  protocol: 'x402' | 'MPP'
  /** "exact", "evm charge". */
  name: string
  /** CAIP-2. */
  network: string
  amountBase: string
  /** Why it cannot be paid from this page; undefined if it can. */
  refusal: string | undefined
  /** What the wallet signs, decoded. */
  decoded: unknown
  /** Signs with the wallet; returns the header that pays. */
  sign(signer: Signer): Promise<{ name: string; value: string; decoded: unknown }>
}

/** Sends the request, with or without the paying header. */
export async function send(
  { method, url, body }: PlaygroundRequest,
  paying?: { name: string; value: string },
): Promise<Answer> {
  const startedMs = performance.now()
  const response = await fetch(url, {
    method,
    headers: {
      Accept: 'application/json, */*',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(paying && { [paying.name]: paying.value }),
    },
    credentials: 'omit',
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  const { status, statusText, headers } = response
  return { status, statusText, headers: [...headers], body: text, ms: performance.now() - startedMs }
}

/** By CAIP-2 network: the EIP-712 domain of the token on sale there. */
export type Domains = Readonly<Record<string, { name: string; version: string }>>

/** All offers of a 402, x402 first. */
export async function waysOf(answer: Answer, domains: Domains, readToken: ReadToken): Promise<Way[]> {
  const x402 = answer.headers.find(([name]) => name === 'payment-required')?.[1]
  return [...(x402 === undefined ? [] : waysOfX402(x402, readToken)), ...(await waysOfMpp(answer, domains))]
}

function waysOfX402(header: string, readToken: ReadToken): Way[] {
  const required = decodePaymentRequiredHeader(header)
  return required.accepts.map((accepted, index) => ({
    id: `x402-${index}`,
    protocol: 'x402',
    name: [accepted.scheme, accepted.extra.assetTransferMethod].filter(Boolean).join(' '),
    network: accepted.network,
    amountBase: accepted.amount,
    refusal: refusalOf(accepted),
    decoded: accepted,
    sign: async (signer) => {
      const [{ x402Client }, { ExactEvmScheme }, { UptoEvmScheme }] = await Promise.all([
        import('@x402/core/client'),
        import('@x402/evm/exact/client'),
        import('@x402/evm/upto/client'),
      ])
      const reader = await withReads(signer, accepted.network, readToken)
      const scheme = accepted.scheme === 'upto' ? new UptoEvmScheme(reader) : new ExactEvmScheme(reader)
      const client = new x402Client().register(accepted.network, scheme)
      // No spending limit of the client: the person decides on the page.
      client.setSpendControls(false)
      const payload = await client.createPaymentPayload({ ...required, accepts: [accepted] })
      return { name: 'PAYMENT-SIGNATURE', value: encodePaymentSignatureHeader(payload), decoded: payload }
    },
  }))
}

/** A signer that can also read the chain: if Permit2 has no allowance yet, the client signs a permit for one. */
async function withReads(signer: Signer, network: string, readToken: ReadToken): Promise<never> {
  const { decodeFunctionResult, encodeFunctionData } = await import('viem')
  const { address } = signer
  return {
    address,
    signTypedData: (data: never) => signer.signTypedData(data),
    readContract: async (call: { address: Hex; abi: readonly unknown[]; functionName: string; args: unknown[] }) => {
      const of = { abi: call.abi, functionName: call.functionName } as never
      const data = encodeFunctionData({ ...(of as object), args: call.args } as never)
      return decodeFunctionResult({ ...(of as object), data: await readToken(network, call.address, data) } as never)
    },
  } as never
}

function refusalOf({ scheme, network, extra }: PaymentRequirements): string | undefined {
  if (!network.startsWith('eip155:')) return 'Needs a wallet of that network. Use the code below.'
  if (scheme === 'batch-settlement') return 'Needs a client that keeps a channel. Use the code below.'
  // Without EIP-2612 only a transaction of the payer can give the allowance.
  if (extra.assetTransferMethod === 'permit2' && extra.name === undefined)
    return 'Needs an allowance for Permit2. Use the code below.'
  return undefined
}

async function waysOfMpp(answer: Answer, domains: Domains): Promise<Way[]> {
  const { Challenge } = await import('mppx')
  const demand = answer.headers.find(([name]) => name === 'www-authenticate')?.[1]
  const challenges = demand === undefined ? [] : Challenge.deserializeList(demand)
  return challenges.map((challenge, index) => {
    const request = challenge.request as { amount: string; methodDetails?: { chainId?: number } }
    const chainId = request.methodDetails?.chainId ?? 0
    const isPayable = challenge.method === 'evm' && challenge.intent === 'charge'
    return {
      id: `mpp-${index}`,
      protocol: 'MPP',
      name: `${challenge.method} ${challenge.intent}`,
      network: `eip155:${chainId}`,
      amountBase: request.amount,
      refusal: isPayable ? undefined : 'Its wallet signs whole transactions or a channel. Use the code below.',
      decoded: challenge,
      sign: async (signer) => {
        const { evm, Mppx } = await import('mppx/client')
        const domain = domains[`eip155:${chainId}`]
        const method = evm.charge({
          account: signer as never,
          networks: [chainId],
          ...(domain && { authorization: domain }),
        })
        // The client takes the first challenge that it can pay, so it gets the chosen one alone.
        const headers = { 'WWW-Authenticate': Challenge.serialize(challenge) }
        const chosen = new Response(null, { status: 402, headers })
        const value = await Mppx.create({ polyfill: false, methods: [method] }).createCredential(chosen)
        return { name: 'Authorization', value, decoded: decodeCredential(value) }
      },
    }
  })
}

/** "Payment" and JSON in base64url. */
function decodeCredential(value: string): unknown {
  const text = value
    .replace(/^Payment /, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
  try {
    return JSON.parse(atob(text)) as unknown
  } catch {
    return value
  }
}
