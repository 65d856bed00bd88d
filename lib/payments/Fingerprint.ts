import { createHash } from 'node:crypto'
import type { AgentRequest, Credential } from './Protocol'

/**
 * Binds a credential to one request: SHA-256 over method, host, path, query, body digest, resource, price, payTo, asset and
 * network, one per line. x402 does not sign the resource, so only this keeps one payment from buying two different answers.
 */
export function from(ask: AgentRequest, resourceId: string, credential: Credential): Buffer {
  const parts = [
    ask.method,
    ask.host,
    ask.path,
    ask.query,
    ask.bodyDigest ?? '',
    resourceId,
    credential.amountBase.toString(),
    credential.payTo,
    credential.asset,
    credential.network,
  ]
  return createHash('sha256').update(parts.map(encodeURIComponent).join('\n')).digest()
}
