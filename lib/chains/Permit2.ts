import { concat, encodeAbiParameters, keccak256, stringToHex, toFunctionSelector, type Address, type Hex } from 'viem'
import { Caip, type Caip2 } from '@/lib/money'
import * as Eip2612 from './Eip2612'
import * as Erc20 from './Erc20'
import * as Eip3009 from './Eip3009'
import type { Instrument } from './Instrument'
import type { Log } from './Log'
import { addressWord, bytesWords, uintWord } from './word'

// Permit2's SignatureTransfer as x402 uses it: the payer signs for one of two proxies, and the witness binds the recipient.

/** The same on every EVM chain, as are the proxies. */
export const address: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
export const proxies = {
  /** Moves exactly the permitted amount; any party may call it. */
  exact: '0x402085c248EeA27D92E8b30b2C58ed07f9E20001',
  /** Moves at most the permitted amount; only the witness's facilitator may call it. */
  upto: '0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002',
} as const satisfies Record<Permit2Authorization['scheme'], Address>

export type Permit2Authorization = Extract<Instrument, { kind: 'permit2' }>
/** The signed content. */
export type Permit2Message = Pick<
  Permit2Authorization,
  'scheme' | 'to' | 'token' | 'value' | 'nonce' | 'validAfter' | 'deadline' | 'facilitator'
>

const tokenType = 'TokenPermissions(address token,uint256 amount)'
const witnessTypes = {
  exact: 'Witness(address to,uint256 validAfter)',
  upto: 'Witness(address to,address facilitator,uint256 validAfter)',
} as const
const typeHash = (type: string) => keccak256(stringToHex(type))
const typeHashOf = (scheme: Permit2Authorization['scheme']) =>
  typeHash(
    'PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Witness witness)' +
      `${tokenType}${witnessTypes[scheme]}`,
  )
const hashes = {
  token: typeHash(tokenType),
  exact: { message: typeHashOf('exact'), witness: typeHash(witnessTypes.exact) },
  upto: { message: typeHashOf('upto'), witness: typeHash(witnessTypes.upto) },
}
const domainHash = typeHash('EIP712Domain(string name,uint256 chainId,address verifyingContract)')
const separators = new Map<Caip2, Hex>()

const permitTuple = '((address,uint256),uint256,uint256)'
const permit2612Tuple = '(uint256,uint256,bytes32,bytes32,uint8)'
const exactTail = `${permitTuple},address,(address,uint256),bytes)`
const uptoTail = `${permitTuple},uint256,address,(address,address,uint256),bytes)`
const selectors = {
  exact: {
    plain: selector(`settle(${exactTail}`),
    sponsored: selector(`settleWithPermit(${permit2612Tuple},${exactTail}`),
  },
  upto: {
    plain: selector(`settle(${uptoTail}`),
    sponsored: selector(`settleWithPermit(${permit2612Tuple},${uptoTail}`),
  },
}
const bitmapSelector = selector('nonceBitmap(address,uint256)')

/** keccak256("UnorderedNonceInvalidation(address,uint256,uint256)") */
export const invalidatedTopic: Hex = keccak256(stringToHex('UnorderedNonceInvalidation(address,uint256,uint256)'))

/** The 32 bytes that the payer signed. @throws TypeError for `upto` without its facilitator. */
export function digest(network: Caip2, message: Permit2Message): Hex {
  const { message: hash, witness } = hashes[message.scheme]
  const permitted = keccak256(`${hashes.token}${addressWord(message.token)}${uintWord(BigInt(message.value))}`)
  const struct = keccak256(
    (`${hash}${permitted.slice(2)}${addressWord(proxies[message.scheme])}${uintWord(BigInt(message.nonce))}` +
      `${uintWord(BigInt(message.deadline))}${keccak256(`${witness}${witnessWords(message)}`).slice(2)}`) as Hex,
  )
  return keccak256(`0x1901${separator(network).slice(2)}${struct.slice(2)}`)
}

/**
 * Calldata of the proxy: `settle`, or `settleWithPermit` if the payer brought an EIP-2612 permit. `amountBase` is what
 * moves: all of it for `exact`.
 */
export function settleData(authorization: Permit2Authorization, amountBase: bigint): Hex {
  const { scheme, sponsor, signature } = authorization
  const permit = sponsor?.kind === 'eip2612' ? Eip2612.words(sponsor) : ''
  const head =
    `${permit}${addressWord(authorization.token)}${uintWord(BigInt(authorization.value))}` +
    `${uintWord(BigInt(authorization.nonce))}${uintWord(BigInt(authorization.deadline))}` +
    `${scheme === 'upto' ? uintWord(amountBase) : ''}${addressWord(authorization.from)}${witnessWords(authorization)}`
  const offset = uintWord(head.length / 2 + 32)
  return `0x${selectors[scheme][permit ? 'sponsored' : 'plain']}${head}${offset}${bytesWords(signature.slice(2))}`
}

/** Calldata that reads the bitmap word of a payer's nonce. */
export function bitmapData(from: string, nonce: string): Hex {
  return `0x${bitmapSelector}${addressWord(from)}${uintWord(BigInt(nonce) >> 8n)}`
}

/** True if that word marks the nonce as used or invalidated. */
export function isUsed(bitmap: bigint, nonce: string): boolean {
  return (bitmap & maskOf(nonce)) !== 0n
}

/** True if an UnorderedNonceInvalidation covers this nonce. */
export function invalidates(log: Pick<Log, 'data'>, nonce: string): boolean {
  const [word, mask] = [log.data.slice(2, 66), log.data.slice(66, 130)]
  return BigInt(`0x${word}`) === BigInt(nonce) >> 8n && isUsed(BigInt(`0x${mask}`), nonce)
}

/**
 * Log index of an exact Transfer that may belong to this authorization; undefined if there is none. Permit2 emits
 * nothing for a used nonce. So in a batch the Transfer must neither follow an AuthorizationUsed, which makes it
 * EIP-3009's, nor be taken.
 */
export function findTransfer(
  logs: readonly Log[],
  moved: Erc20.Erc20Transfer,
  taken: ReadonlySet<number>,
): number | undefined {
  const asset = moved.asset.toLowerCase()
  const events = logs.filter((log) => log.address === asset)
  const found = events.find(
    (log, index) =>
      !taken.has(log.logIndex) && Erc20.isTransfer(log, moved) && events[index - 1]?.topics[0] !== Eip3009.usedTopic,
  )
  return found?.logIndex
}

function maskOf(nonce: string): bigint {
  return 1n << (BigInt(nonce) & 0xffn)
}

function witnessWords({ scheme, to, facilitator, validAfter }: Permit2Message): string {
  if (scheme === 'upto' && !facilitator) throw new TypeError('upto names a facilitator')
  return `${addressWord(to)}${facilitator ? addressWord(facilitator) : ''}${uintWord(BigInt(validAfter))}`
}

function separator(network: Caip2): Hex {
  const known = separators.get(network)
  if (known) return known
  const made = keccak256(
    concat([
      encodeAbiParameters(
        [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'uint256' }, { type: 'address' }],
        [domainHash, keccak256(stringToHex('Permit2')), BigInt(Caip.toChainId(network)), address],
      ),
    ]),
  )
  separators.set(network, made)
  return made
}

function selector(signature: string): string {
  return toFunctionSelector(signature).slice(2)
}
