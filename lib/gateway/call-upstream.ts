import type { PricedRequest } from './PricedRequest'
import * as Upstream from './Upstream'

/**
 * Calls the upstream with the agent's request. `abortable` ends the call when the agent disconnects: true before the
 * money has moved, and for streams. Otherwise the call continues, and the agent can fetch the answer with the same
 * credential.
 */
export function callUpstream(
  { resource, params, request, agentRequest, body, gone, quote }: PricedRequest,
  abortable: boolean,
  more?: Readonly<Record<string, string>>,
): Promise<Upstream.UpstreamAnswer> {
  const { method } = request
  // The gateway counts units in a metered answer, so it must not be compressed.
  const added = { ...more, ...(quote.metered && { 'accept-encoding': 'identity' }) }
  const headers =
    Object.keys(added).length > 0 ? new Headers([...request.headers, ...Object.entries(added)]) : request.headers
  const sent = body.kind === 'bytes' ? body.bytes : body.kind === 'stream' ? body : undefined
  return Upstream.send({
    resource,
    params,
    query: agentRequest.query,
    method,
    headers,
    body: sent,
    ...(abortable && { gone }),
  })
}
