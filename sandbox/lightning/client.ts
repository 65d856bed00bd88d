/** A minimal client of LND's REST words, for the demo's paying agent and for tests. The product has its own in `lib/lightning`. */
export type LndAccess = { restUrl: string; macaroon: string }

/** One call. @throws Error with the status and body when it is refused. */
export async function lndCall<Body>(node: LndAccess, path: string, body?: Record<string, unknown>): Promise<Body> {
  const response = await fetch(node.restUrl + path, {
    headers: { 'Grpc-Metadata-macaroon': node.macaroon },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text.trim()}`)
  return JSON.parse(text) as Body
}

export type PaidOver = { status: string; preimage: string; feeMsat: bigint; failureReason: string }

/** Pays an invoice from a node's channels and waits for its end. `amountSat` for one without an amount. */
export async function payInvoice(node: LndAccess, bolt11: string, amountSat?: bigint): Promise<PaidOver> {
  const response = await fetch(`${node.restUrl}/v2/router/send`, {
    method: 'POST',
    headers: { 'Grpc-Metadata-macaroon': node.macaroon },
    body: JSON.stringify({
      payment_request: bolt11,
      timeout_seconds: 60,
      no_inflight_updates: true,
      ...(amountSat !== undefined && { amt: String(amountSat) }),
    }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text.trim()}`)
  const last = text.trim().split('\n').at(-1) ?? ''
  const { result } = JSON.parse(last) as { result: Record<string, string> }
  return {
    status: result.status ?? '',
    preimage: result.payment_preimage ?? '',
    feeMsat: BigInt(result.fee_msat ?? 0),
    failureReason: result.failure_reason ?? '',
  }
}

/** What the node's channels hold for it, in satoshi. */
export async function channelSats(node: LndAccess): Promise<bigint> {
  const { local_balance: local } = await lndCall<{ local_balance: { sat: string } }>(node, '/v1/balance/channels')
  return BigInt(local.sat)
}
