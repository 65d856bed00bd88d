import { concat, encodeAbiParameters, keccak256, stringToHex, type Hex } from 'viem'
import { Caip, type Asset } from '@/lib/money'
import * as Erc20 from './Erc20'
import type { Instrument } from './Instrument'
import { addressTopic, type Log } from './Log'
import { addressWord, bytesWords, uintWord } from './word'

/** EIP-3009 transferWithAuthorization as in Circle's FiatTokenV2_2: both signature forms. */
export type Eip3009Authorization = Extract<Instrument, { kind: 'eip3009' }>
/** The signed content: the authorization without its signature. */
export type Eip3009Message = Omit<Eip3009Authorization, 'kind' | 'signature'>

const signed = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
] as const

/** Typed-data types, for libraries that sign. */
export const types = { TransferWithAuthorization: signed } as const

export const abi = [
  {
    type: 'function',
    name: 'transferWithAuthorization',
    stateMutability: 'nonpayable',
    inputs: [...signed, { name: 'signature', type: 'bytes' }],
    outputs: [],
  },
  {
    type: 'function',
    name: 'transferWithAuthorization',
    stateMutability: 'nonpayable',
    inputs: [...signed, { name: 'v', type: 'uint8' }, { name: 'r', type: 'bytes32' }, { name: 's', type: 'bytes32' }],
    outputs: [],
  },
  {
    type: 'function',
    name: 'authorizationState',
    stateMutability: 'view',
    inputs: [
      { name: 'authorizer', type: 'address' },
      { name: 'nonce', type: 'bytes32' },
    ],
    outputs: [{ name: '', type: 'bool' }],
  },
  {
    type: 'event',
    name: 'AuthorizationUsed',
    inputs: [
      { name: 'authorizer', type: 'address', indexed: true },
      { name: 'nonce', type: 'bytes32', indexed: true },
    ],
  },
] as const

/** transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes) */
export const bytesSelector = 'cf092995'
/** transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32) */
export const vrsSelector = 'e3ee160e'
const stateSelector = 'e94a0102'

/** keccak256("AuthorizationUsed(address,bytes32)") */
export const usedTopic: Hex = '0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5'

const typeHashOf = (name: string) =>
  keccak256(stringToHex(`${name}(${signed.map((member) => `${member.type} ${member.name}`).join(',')})`))
const typeHash = typeHashOf('TransferWithAuthorization')
const receiveTypeHash = typeHashOf('ReceiveWithAuthorization')
const domainTypeHash = keccak256(
  stringToHex('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
)
const separators = new Map<string, Hex>()

/**
 * The 32 bytes that the payer signed; the asset's domain separator is computed once.
 * @throws TypeError if the asset has no EIP-712 domain.
 */
export function digest(asset: Asset, message: Eip3009Message): Hex {
  return digestOf(asset, message, typeHash)
}

/** The same for `receiveWithAuthorization`, which only the receiver may submit. */
export function receiveDigest(asset: Asset, message: Eip3009Message): Hex {
  return digestOf(asset, message, receiveTypeHash)
}

function digestOf(asset: Asset, message: Eip3009Message, type: Hex): Hex {
  const struct = keccak256(`${type}${words(message)}`)
  return keccak256(`0x1901${separator(asset).slice(2)}${struct.slice(2)}`)
}

/** Calldata of transferWithAuthorization with the signature as bytes. */
export function transferData(authorization: Eip3009Authorization): Hex {
  return `0x${bytesSelector}${words(authorization)}${uintWord(7 * 32)}${bytesWords(authorization.signature.slice(2))}`
}

/** Calldata of the older v, r, s form, for tokens without the bytes form. The signature must have 65 bytes. */
export function transferDataVrs(authorization: Eip3009Authorization): Hex {
  const signature = authorization.signature.slice(2)
  const v = uintWord(Number.parseInt(signature.slice(128), 16))
  return `0x${vrsSelector}${words(authorization)}${v}${signature.slice(0, 128)}`
}

/** Calldata of authorizationState: whether the nonce was used or cancelled. */
export function stateData(from: string, nonce: Hex): Hex {
  return `0x${stateSelector}${addressWord(from)}${nonce.slice(2)}`
}

/**
 * Log index of the Transfer that this authorization made; undefined if there is none. Requires the token's
 * AuthorizationUsed with this nonce and, as the token's next event, an exact Transfer. FiatTokenV2 emits the two in
 * this order with nothing between, so in a batch each Transfer belongs to one authorization, even if payments look
 * alike.
 */
export function findTransfer(logs: readonly Log[], moved: Erc20.Erc20Transfer & { nonce: Hex }): number | undefined {
  const asset = moved.asset.toLowerCase()
  const events = logs.filter(
    ({ address, topics }) => address === asset && (topics[0] === usedTopic || topics[0] === Erc20.transferTopic),
  )
  const used = events.findIndex(
    ({ topics }) =>
      topics[0] === usedTopic &&
      topics[1] === addressTopic(moved.from) &&
      topics[2]?.toLowerCase() === moved.nonce.toLowerCase(),
  )
  if (used === -1) return undefined
  const transfer = events[used + 1]
  return transfer && Erc20.isTransfer(transfer, moved) ? transfer.logIndex : undefined
}

function words(message: Eip3009Message): string {
  return (
    addressWord(message.from) +
    addressWord(message.to) +
    uintWord(BigInt(message.value)) +
    uintWord(BigInt(message.validAfter)) +
    uintWord(BigInt(message.validBefore)) +
    message.nonce.slice(2).toLowerCase()
  )
}

/** The asset's EIP-712 domain separator, computed once. @throws TypeError if it has no domain. */
export function separator(asset: Asset): Hex {
  const key = `${asset.network}|${asset.address}`
  const known = separators.get(key)
  if (known) return known
  if (!asset.eip712) throw new TypeError(`${asset.symbol} on ${asset.network} has no EIP-712 domain`)
  const { name, version } = asset.eip712
  const made = keccak256(
    concat([
      encodeAbiParameters(
        [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'bytes32' }, { type: 'uint256' }, { type: 'address' }],
        [
          domainTypeHash,
          keccak256(stringToHex(name)),
          keccak256(stringToHex(version)),
          BigInt(Caip.toChainId(asset.network)),
          asset.address as Hex,
        ],
      ),
    ]),
  )
  separators.set(key, made)
  return made
}
