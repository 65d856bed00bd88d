import { keccak256, stringToHex, type Hex } from 'viem'
import type { Asset } from '@/lib/money'
import { separator } from './Eip3009'
import type { Sponsor } from './Instrument'
import { addressWord, uintWord } from './word'

/** An EIP-2612 permit for Permit2 that comes with a payment. */
export type Permit = Extract<Sponsor, { kind: 'eip2612' }>

const typeHash = keccak256(
  stringToHex('Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)'),
)
const noncesSelector = '7ecebe00'

/** The 32 bytes that the owner signed. @throws TypeError if the asset has no EIP-712 domain. */
export function digest(
  asset: Asset,
  owner: string,
  spender: string,
  { value, nonce, deadline }: Omit<Permit, 'kind' | 'signature'>,
): Hex {
  const struct = keccak256(
    `${typeHash}${addressWord(owner)}${addressWord(spender)}${[value, nonce, deadline].map((part) => uintWord(BigInt(part))).join('')}`,
  )
  return keccak256(`0x1901${separator(asset).slice(2)}${struct.slice(2)}`)
}

/** Calldata of `nonces`: the nonce of the owner's next permit. */
export function noncesData(owner: string): Hex {
  return `0x${noncesSelector}${addressWord(owner)}`
}

/** The words that x402's proxies take: value, deadline, r, s, v. */
export function words({ value, deadline, signature }: Permit): string {
  const v = uintWord(Number.parseInt(signature.slice(130), 16))
  return `${uintWord(BigInt(value))}${uintWord(BigInt(deadline))}${signature.slice(2, 130)}${v}`
}
