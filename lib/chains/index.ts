export * as AbiSize from './AbiSize'
export * as Address from './Address'
export * as DecodedArgument from './DecodedArgument'
export * as BatchSettlement from './BatchSettlement'
export {
  purposes,
  submissions,
  urgencies,
  type Call,
  type CallMember,
  type CallPurpose,
  type Submission,
  type CallTerms,
  type CallUrgency,
} from './Call'
export * as Chain from './Chain'
export { checkInstrument } from './check-instrument'
export { hasAllowance } from './has-allowance'
export { chainClient, hasPrivateEndpoint, servedEvmNetworks, servedNetworks } from './clients'
export * as Eip1271 from './Eip1271'
export * as Eip2612 from './Eip2612'
export * as Eip3009 from './Eip3009'
export * as Erc20 from './Erc20'
export * as Escrow from './Escrow'
export { estimateCall, refusalOf, type Estimate } from './estimate-call'
export { failureReason } from './failure-reason'
export type { Deployment, Instrument, RailInstrument, Sponsor } from './Instrument'
export { onChain } from './on-chain'
export { findAuthorizationUse, type AuthorizationUse } from './find-authorization-use'
export { findPermitUse } from './find-permit-use'
export { hasSettler } from './has-settler'
export { inGas, inToken, networkColumns, tokenColumns } from './token-columns'
export { serves, servedRails } from './served-rails'
export { labelNetwork, labelPaying, labelServed, labelToken, type NetworkLabel, type TokenLabel } from './label'
export { toLog, type Log, type RpcLog } from './Log'
export * as Multicall3 from './Multicall3'
export { createCoalescer } from './coalesce'
export { readCoalesced } from './read-coalesced'
export { chains } from './registry'
export { readL1Fee } from './read-l1-fee'
export { readEscrow, type LocatedEscrowEvent } from './read-escrow'
export { readEscrowEvents } from './read-escrow-events'
export { readReceiver } from './read-receiver'
export * as Reserve from './Reserve'
export * as Permit2 from './Permit2'
export { decodeRevert, describeRevert, type Revert } from './revert'
export {
  callRpc,
  inspectEndpoints,
  labelEndpoints,
  lastHead,
  orderedUrls,
  readAgreed,
  readAtHead,
  readBacked,
  readEach,
  readRpc,
  RpcError,
  TransportError,
  viewEndpoints,
  type RpcEndpointView,
} from './rpc'
export { sendRaw, type SendAnswer } from './send-raw'
export { serveNetworks } from './serve-networks'
export * as Settler from './Settler'
export { createDigestSigner, recoverPublicKey, recoverSigner, spellOut, toAddress } from './signature'
export { simulateRaw } from './simulate-raw'
export { addressesFor, deployerOn, loadSigners, purposeOf, signerFor, signersFor } from './signer'
export type { UnsignedTransaction } from './signers/envelope'
export * as Svm from './svm'
export { SignerError, type SignerKind, type LocalSigner, type RemoteSigner, type Signer } from './signers/Signer'
