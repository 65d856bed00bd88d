import type { PricedRequest } from './PricedRequest'
import * as Upstream from './Upstream'

/**
 * Calls the upstream with what the agent sent. Once money has moved, an agent that goes away does not end the call: it can
 * fetch the answer with the same credential. Before that, and for a stream, it does.
 */
export function callUpstream(
  { resource, params, request, agentRequest, body, gone, quote }: PricedRequest,
  abortable: boolean,
  more?: Readonly<Record<string, string>>,
): Promise<Upstream.UpstreamAnswer> {
  const { method } = request
  // What is counted in an answer must be readable.
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
