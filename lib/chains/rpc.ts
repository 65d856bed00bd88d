/** The ways to ask a node; `pool/` chooses which one. */
export { callRpc, RpcError, TransportError } from './pool/call-rpc'
export { inspectEndpoints } from './pool/inspect-endpoints'
export { readAgreed, readAtHead, readBacked, readEach } from './pool/read-agreed'
export { orderedUrls, readRpc } from './pool/read-rpc'
export { labelEndpoints, lastHead, viewEndpoints, type RpcEndpointView } from './pool/view-endpoints'
