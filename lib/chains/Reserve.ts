import { decodeEventLog, encodeFunctionData, keccak256, parseAbi, stringToHex, type Address, type Hex } from 'viem'
import { type Caip2, Caip } from '@/lib/money'
import type { EscrowEvent } from './EscrowEvent'
import type { Log } from './Log'
import { addressWord, uintWord } from './word'

/**
 * Tempo's TIP-20 channel reserve (TIP-1034): a precompile that holds deposits, pays payees against signed vouchers, and
 * returns the rest. Deposits, vouchers and captures are uint96 in base units of the channel's token.
 */

/** Canonical address ("MPP"). The mixed-case spelling of the TIP is no valid checksum. */
export const address: Address = '0x4d50500000000000000000000000000000000000'
/** Delay between the payer's close request and its withdrawal (CLOSE_GRACE_PERIOD). */
export const graceMs = 15 * 60_000
export const amountMax = 2n ** 96n - 1n

/** Defines a channel's id; the contract needs it in every call. All lower-case. */
export type ReserveDescriptor = {
  payer: Address
  payee: Address
  operator: Address
  token: Address
  salt: Hex
  /** Zero: the payer signs. */
  authorizedSigner: Address
  expiringNonceHash: Hex
}

export const abi = parseAbi([
  'struct ChannelDescriptor { address payer; address payee; address operator; address token; bytes32 salt; address authorizedSigner; bytes32 expiringNonceHash; }',
  'struct ChannelState { uint96 settled; uint96 deposit; uint32 closeRequestedAt; }',
  'function open(address payee, address operator, address token, uint96 deposit, bytes32 salt, address authorizedSigner) returns (bytes32 channelId)',
  'function settle(ChannelDescriptor descriptor, uint96 cumulativeAmount, bytes signature)',
  'function topUp(ChannelDescriptor descriptor, uint96 additionalDeposit)',
  'function close(ChannelDescriptor descriptor, uint96 cumulativeAmount, uint96 captureAmount, bytes signature)',
  'function requestClose(ChannelDescriptor descriptor)',
  'function withdraw(ChannelDescriptor descriptor)',
  'function getChannelState(bytes32 channelId) view returns (ChannelState)',
  'function getChannelStatesBatch(bytes32[] channelIds) view returns (ChannelState[])',
  'event ChannelOpened(bytes32 indexed channelId, address indexed payer, address indexed payee, address operator, address token, address authorizedSigner, bytes32 salt, bytes32 expiringNonceHash, uint96 deposit)',
  'event Settled(bytes32 indexed channelId, address indexed payer, address indexed payee, uint96 cumulativeAmount, uint96 deltaPaid, uint96 newSettled)',
  'event TopUp(bytes32 indexed channelId, address indexed payer, address indexed payee, uint96 additionalDeposit, uint96 newDeposit)',
  'event CloseRequested(bytes32 indexed channelId, address indexed payer, address indexed payee, uint256 closeGraceEnd)',
  'event ChannelClosed(bytes32 indexed channelId, address indexed payer, address indexed payee, uint96 settledToPayee, uint96 refundedToPayer)',
  'event CloseRequestCancelled(bytes32 indexed channelId, address indexed payer, address indexed payee)',
  'error ChannelAlreadyExists()',
  'error ChannelNotFound()',
  'error NotPayer()',
  'error NotPayeeOrOperator()',
  'error InvalidPayee()',
  'error ZeroDeposit()',
  'error ExpiringNonceHashNotSet()',
  'error InvalidSignature()',
  'error AmountExceedsDeposit()',
  'error AmountNotIncreasing()',
  'error CaptureAmountInvalid()',
  'error CloseNotReady()',
  'error DepositOverflow()',
])

/** The id of a channel: keccak256 over its descriptor, the escrow and the chain (TIP-1034). */
export function channelId(descriptor: ReserveDescriptor, network: Caip2, escrow: Address = address): Hex {
  const { payer, payee, operator, token, salt, authorizedSigner, expiringNonceHash } = descriptor
  return keccak256(
    `0x${[
      addressWord(payer),
      addressWord(payee),
      addressWord(operator),
      addressWord(token),
      salt.slice(2),
      addressWord(authorizedSigner),
      expiringNonceHash.slice(2),
      addressWord(escrow),
      uintWord(Caip.toChainId(network)),
    ].join('')}`,
  )
}

/** The account whose signature counts on a channel's vouchers. */
export function signerOf({ authorizedSigner, payer }: ReserveDescriptor): Address {
  return BigInt(authorizedSigner) === 0n ? payer : authorizedSigner
}

const domainTypeHash = keccak256(
  stringToHex('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
)
const voucherTypeHash = keccak256(stringToHex('Voucher(bytes32 channelId,uint96 cumulativeAmount)'))
const nameHash = keccak256(stringToHex('TIP20 Channel Reserve'))
const versionHash = keccak256(stringToHex('1'))

const domains = new Map<string, Hex>()

/** The EIP-712 domain of a network's contract, computed once. */
export function domainSeparator(network: Caip2, escrow: Address = address): Hex {
  const key = `${network}|${escrow}`
  const known = domains.get(key)
  if (known) return known
  const words = [domainTypeHash, nameHash, versionHash].map((hash) => hash.slice(2))
  const made = keccak256(`0x${[...words, uintWord(Caip.toChainId(network)), addressWord(escrow)].join('')}`)
  domains.set(key, made)
  return made
}

/** The 32 bytes that a voucher's signature covers: EIP-712 `Voucher` in the domain above. */
export function voucherDigest(
  network: Caip2,
  { channelId: id, cumulativeBase }: { channelId: Hex; cumulativeBase: bigint },
  escrow: Address = address,
): Uint8Array {
  const struct = keccak256(fromHex(`${voucherTypeHash}${id.slice(2)}${uintWord(cumulativeBase)}`))
  return keccak256(fromHex(`0x1901${domainSeparator(network, escrow).slice(2)}${struct.slice(2)}`), 'bytes')
}

/** Runs for every voucher: Node's own decoder is about ten times faster than viem's. */
function fromHex(hex: Hex): Uint8Array {
  return Buffer.from(hex.slice(2), 'hex')
}

export function settleData(descriptor: ReserveDescriptor, cumulativeBase: bigint, signature: Hex): Hex {
  return encodeFunctionData({ abi, functionName: 'settle', args: [descriptor, cumulativeBase, signature] })
}

export function closeData(
  descriptor: ReserveDescriptor,
  cumulativeBase: bigint,
  captureBase: bigint,
  signature: Hex,
): Hex {
  return encodeFunctionData({ abi, functionName: 'close', args: [descriptor, cumulativeBase, captureBase, signature] })
}

/** The contract's events among these logs, in the terms common to all escrows; other logs are left out. */
export function eventsOf(logs: readonly Log[], escrow: Address = address): readonly EscrowEvent[] {
  return logs.filter((log) => log.address.toLowerCase() === escrow).flatMap((log) => toEvent(log) ?? [])
}

function toEvent({ topics, data, logIndex }: Log): EscrowEvent | undefined {
  try {
    const { eventName, args } = decodeEventLog({ abi, topics: topics as [Hex, ...Hex[]], data })
    const at = { channelId: args.channelId.toLowerCase() as Hex, logIndex }
    switch (eventName) {
      case 'ChannelOpened':
        return { ...at, name: 'Deposited', addedBase: args.deposit, depositBase: args.deposit }
      case 'TopUp':
        return { ...at, name: 'Deposited', addedBase: args.additionalDeposit, depositBase: args.newDeposit }
      case 'Settled':
        return { ...at, name: 'Paid', paidBase: args.deltaPaid, settledBase: args.newSettled }
      case 'ChannelClosed':
        return { ...at, name: 'Closed', paidBase: args.settledToPayee, refundedBase: args.refundedToPayer }
      case 'CloseRequested':
      case 'CloseRequestCancelled':
        return { ...at, name: eventName }
    }
  } catch {
    return undefined
  }
}

/** A descriptor in canonical spelling. */
export function normalise(descriptor: ReserveDescriptor): ReserveDescriptor {
  const { payer, payee, operator, token, salt, authorizedSigner, expiringNonceHash } = descriptor
  const lower = (text: string) => text.toLowerCase() as Hex
  return {
    payer: lower(payer),
    payee: lower(payee),
    operator: lower(operator),
    token: lower(token),
    salt: lower(salt),
    authorizedSigner: lower(authorizedSigner),
    expiringNonceHash: lower(expiringNonceHash),
  }
}
