import {
  decodeEventLog,
  encodeAbiParameters,
  encodeFunctionData,
  keccak256,
  parseAbi,
  stringToHex,
  type Address,
  type Hex,
} from 'viem'
import { Caip, type Caip2 } from '@/lib/money'
import type { EscrowEvent } from './EscrowEvent'
import type { Log } from './Log'
import { addressWord, uintWord } from './word'

/**
 * The escrow of x402's scheme `batch-settlement`: it holds deposits of many channels. Claims take exactly what is due
 * under signed vouchers, and `settle` moves it to each receiver. A channel never ends there: refunded money can be
 * deposited again, and the totals continue. Amounts are uint128 in base units of the channel's token.
 */

/** The same on every chain, lower-case. */
export const address: Address = '0x4020074e9df2ce1dee5a9c1b5c3f541d02a10003'
/** The collector for deposits signed as ERC-3009 `receiveWithAuthorization`. */
export const collector: Address = '0x4020806089470a89826cb9fb1f4059150b550004'
export const amountMax = 2n ** 128n - 1n
/** The contract's bounds for the delay between the payer's `initiateWithdraw` and the withdrawal. */
export const withdrawDelaySeconds = { least: 15 * 60, most: 30 * 24 * 60 * 60 } as const

/** Defines a channel's id; the contract needs it in every call. Addresses and salt lower-case. */
export type ChannelConfig = {
  payer: Address
  /** The key that signs vouchers; zero: the payer's own contract. */
  payerAuthorizer: Address
  receiver: Address
  /** May claim and refund, besides the receiver. */
  receiverAuthorizer: Address
  token: Address
  /** Seconds. */
  withdrawDelay: number
  salt: Hex
}

export const abi = parseAbi([
  'struct ChannelConfig { address payer; address payerAuthorizer; address receiver; address receiverAuthorizer; address token; uint40 withdrawDelay; bytes32 salt; }',
  'struct Voucher { ChannelConfig channel; uint128 maxClaimableAmount; }',
  'struct VoucherClaim { Voucher voucher; bytes signature; uint128 totalClaimed; }',
  'function multicall(bytes[] data) returns (bytes[] results)',
  'function deposit(ChannelConfig config, uint128 amount, address collector, bytes collectorData)',
  'function claim(VoucherClaim[] voucherClaims)',
  'function claimWithSignature(VoucherClaim[] voucherClaims, bytes authorizerSignature)',
  'function settle(address receiver, address token)',
  'function initiateWithdraw(ChannelConfig config, uint128 amount)',
  'function finalizeWithdraw(ChannelConfig config)',
  'function refund(ChannelConfig config, uint128 amount)',
  'function refundWithSignature(ChannelConfig config, uint128 amount, uint256 nonce, bytes receiverAuthorizerSignature)',
  'function getChannelId(ChannelConfig config) view returns (bytes32)',
  'function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount) view returns (bytes32)',
  'function getRefundDigest(bytes32 channelId, uint256 nonce, uint128 amount) view returns (bytes32)',
  'function getClaimBatchDigest(VoucherClaim[] voucherClaims) view returns (bytes32)',
  'function channels(bytes32 channelId) view returns (uint128 balance, uint128 totalClaimed)',
  'function pendingWithdrawals(bytes32 channelId) view returns (uint128 amount, uint40 initiatedAt)',
  'function receivers(address receiver, address token) view returns (uint128 totalClaimed, uint128 totalSettled)',
  'function refundNonce(bytes32 channelId) view returns (uint256)',
  'event ChannelCreated(bytes32 indexed channelId, ChannelConfig config)',
  'event ChannelClosed(bytes32 indexed channelId, ChannelConfig config)',
  'event Deposited(bytes32 indexed channelId, address indexed sender, uint128 amount, uint128 newBalance)',
  'event Claimed(bytes32 indexed channelId, address indexed sender, uint128 claimAmount, uint128 newTotalClaimed)',
  'event Settled(address indexed receiver, address indexed token, address indexed sender, uint128 amount)',
  'event Refunded(bytes32 indexed channelId, address indexed sender, uint128 amount)',
  'event WithdrawInitiated(bytes32 indexed channelId, uint128 amount, uint40 finalizeAfter)',
  'event WithdrawFinalized(bytes32 indexed channelId, address indexed sender, uint128 amount)',
  'error InvalidChannel()',
  'error ZeroDeposit()',
  'error DepositOverflow()',
  'error InvalidSignature()',
  'error NotReceiverAuthorizer()',
  'error NotAuthorizedToClaim()',
  'error NotAuthorizedToRefund()',
  'error ClaimExceedsCeiling()',
  'error ClaimExceedsBalance()',
  'error WithdrawalAlreadyPending()',
  'error WithdrawalNotPending()',
  'error NotAuthorizedToFinalizeWithdraw()',
  'error WithdrawDelayNotElapsed()',
  'error NothingToWithdraw()',
  'error WithdrawAmountExceedsAvailable()',
  'error WithdrawDelayOutOfRange()',
  'error EmptyBatch()',
  'error DepositCollectionFailed()',
  'error InvalidCollector()',
  'error InvalidRefundNonce()',
  'error ZeroRefund()',
])

const hashOf = (text: string) => keccak256(stringToHex(text))
const domainTypeHash = hashOf('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)')
const configTypeHash = hashOf(
  'ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,address token,uint40 withdrawDelay,bytes32 salt)',
)
const voucherTypeHash = hashOf('Voucher(bytes32 channelId,uint128 maxClaimableAmount)')
const claimEntryTypeHash = hashOf('ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)')
const claimBatchTypeHash = hashOf(
  'ClaimBatch(ClaimEntry[] claims)ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)',
)
const nameHash = hashOf('x402 Batch Settlement')
const versionHash = hashOf('1')

const domains = new Map<Caip2, string>()

/** The EIP-712 domain of a network's contract as bare hex, computed once. */
function domainSeparator(network: Caip2): string {
  const known = domains.get(network)
  if (known) return known
  const words = [domainTypeHash, nameHash, versionHash].map((hash) => hash.slice(2))
  const made = keccak256(`0x${[...words, uintWord(Caip.toChainId(network)), addressWord(address)].join('')}`).slice(2)
  domains.set(network, made)
  return made
}

/** The id of a channel: the EIP-712 hash of its config, lower-case. */
export function channelId(config: ChannelConfig, network: Caip2): Hex {
  const words = [
    addressWord(config.payer),
    addressWord(config.payerAuthorizer),
    addressWord(config.receiver),
    addressWord(config.receiverAuthorizer),
    addressWord(config.token),
    uintWord(config.withdrawDelay),
    config.salt.slice(2),
  ]
  const struct = keccak256(`${configTypeHash}${words.join('')}`)
  return keccak256(`0x1901${domainSeparator(network)}${struct.slice(2)}`)
}

/** The 32 bytes that a voucher's signature covers. */
export function voucherDigest(
  network: Caip2,
  { channelId: id, cumulativeBase }: { channelId: Hex; cumulativeBase: bigint },
): Uint8Array {
  const struct = keccak256(toBytes(`${voucherTypeHash.slice(2)}${id.slice(2)}${uintWord(cumulativeBase)}`))
  return keccak256(toBytes(`1901${domainSeparator(network)}${struct.slice(2)}`), 'bytes')
}

/** Runs for every voucher: Node's own decoder is about ten times faster than viem's. */
function toBytes(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex')
}

/** The nonce of the ERC-3009 authorization that can fund only this channel. */
export function depositNonce(id: Hex, salt: Hex): Hex {
  return keccak256(`0x${id.slice(2)}${salt.slice(2)}`)
}

/** A deposit signed by its payer. Times in Unix seconds. */
export type SignedEscrowDeposit = {
  amountBase: bigint
  validAfter: bigint
  validBefore: bigint
  salt: Hex
  signature: Hex
}

export function depositData(
  config: ChannelConfig,
  { amountBase, validAfter, validBefore, salt, signature }: SignedEscrowDeposit,
): Hex {
  const collectorData = encodeAbiParameters(
    [{ type: 'uint256' }, { type: 'uint256' }, { type: 'uint256' }, { type: 'bytes' }],
    [validAfter, validBefore, BigInt(salt), signature],
  )
  return encodeFunctionData({ abi, functionName: 'deposit', args: [config, amountBase, collector, collectorData] })
}

/** The total taken from a channel, and a voucher that covers it. */
export type VoucherClaim = { config: ChannelConfig; cumulativeBase: bigint; signature: Hex; claimedBase: bigint }
/** The most to refund to a channel's payer; more than the balance means all of it. */
export type EscrowRefund = { config: ChannelConfig; amountBase: bigint }

/**
 * The 32 bytes that the channels' receiverAuthorizer signs so that any party may send these claims, in this order
 * (`claimWithSignature`).
 */
export function claimsDigest(network: Caip2, claims: readonly VoucherClaim[]): Uint8Array {
  const entries = claims.map(({ config, cumulativeBase, claimedBase }) => {
    const words = [channelId(config, network).slice(2), uintWord(cumulativeBase), uintWord(claimedBase)]
    return keccak256(`${claimEntryTypeHash}${words.join('')}`).slice(2)
  })
  const struct = keccak256(`${claimBatchTypeHash}${keccak256(`0x${entries.join('')}`).slice(2)}`)
  return keccak256(toBytes(`1901${domainSeparator(network)}${struct.slice(2)}`), 'bytes')
}

/**
 * One call that claims, pays out everything claimed for a receiver in a token, and then refunds; all or nothing. The
 * channels' receiverAuthorizer has to send it. Earlier claims have no effect.
 */
export function settleData(
  { receiver, token }: Pick<ChannelConfig, 'receiver' | 'token'>,
  claims: readonly VoucherClaim[],
  refunds: readonly EscrowRefund[],
): Hex {
  const voucherClaims = claims.map(({ config, cumulativeBase, signature, claimedBase }) => ({
    voucher: { channel: config, maxClaimableAmount: cumulativeBase },
    signature,
    totalClaimed: claimedBase,
  }))
  const data = [
    ...(claims.length > 0 ? [encodeFunctionData({ abi, functionName: 'claim', args: [voucherClaims] })] : []),
    encodeFunctionData({ abi, functionName: 'settle', args: [receiver, token] }),
    ...refunds.map(({ config, amountBase }) =>
      encodeFunctionData({ abi, functionName: 'refund', args: [config, amountBase] }),
    ),
  ]
  return encodeFunctionData({ abi, functionName: 'multicall', args: [data] })
}

/** The contract's events among these logs, in the terms common to all escrows; other logs are left out. */
export function eventsOf(logs: readonly Log[]): readonly EscrowEvent[] {
  return logs.filter((log) => log.address.toLowerCase() === address).flatMap((log) => toEvent(log) ?? [])
}

function toEvent({ topics, data, logIndex }: Log): EscrowEvent | undefined {
  try {
    const { eventName, args } = decodeEventLog({ abi, topics: topics as [Hex, ...Hex[]], data })
    // A payout to a receiver names no channel.
    if (eventName === 'Settled') return undefined
    const at = { channelId: args.channelId.toLowerCase() as Hex, logIndex }
    switch (eventName) {
      case 'Deposited':
        return { ...at, name: 'Deposited', addedBase: args.amount, depositBase: args.newBalance }
      case 'Claimed':
        return { ...at, name: 'Paid', paidBase: args.claimAmount, settledBase: args.newTotalClaimed }
      case 'Refunded':
      case 'WithdrawFinalized':
        return { ...at, name: 'GivenBack', refundedBase: args.amount }
      case 'WithdrawInitiated':
        return { ...at, name: 'CloseRequested' }
      case 'ChannelClosed':
        // Happens only if nothing was ever claimed.
        return { ...at, name: 'Closed', paidBase: 0n, refundedBase: undefined }
      case 'ChannelCreated':
        return undefined
    }
  } catch {
    return undefined
  }
}

/** A config in canonical spelling. */
export function normalise({ withdrawDelay, ...config }: ChannelConfig): ChannelConfig {
  const lower = (text: string) => text.toLowerCase() as Hex
  return {
    payer: lower(config.payer),
    payerAuthorizer: lower(config.payerAuthorizer),
    receiver: lower(config.receiver),
    receiverAuthorizer: lower(config.receiverAuthorizer),
    token: lower(config.token),
    withdrawDelay,
    salt: lower(config.salt),
  }
}
