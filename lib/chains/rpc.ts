/** How to call a node; `pool/` chooses the endpoint. */
export { callRpc, RpcError, TransportError } from './pool/call-rpc'
export { inspectEndpoints } from './pool/inspect-endpoints'
export { readAgreed } from './pool/read-agreed'
export { readBacked } from './pool/read-backed'
export { readAtHead } from './pool/read-at-head'
export { readEach } from './pool/read-each'
export { orderedUrls, readRpc } from './pool/read-rpc'
export { labelEndpoints, lastHead, viewEndpoints, type RpcEndpointView } from './pool/view-endpoints'
