import { hexToBytes, keccak256, type Address, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { env } from '../env'
import type { Caip2 } from '@/lib/money'
import type { Member, Purpose } from './Call'
import { get } from './Chain'
import { encode, integer, type Item } from './rlp'
import { curve, type Curve } from './signature'

/** Everything that is signed except the chain, which is the signer's. Wei; fees in wei per gas. */
export type Unsigned = {
  nonce: bigint
  gas: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
} & (
  | { to: Address; data: Uint8Array; value: bigint }
  /** Run together or not at all; Tempo only. */
  | { calls: readonly Member[] }
)

/** A key bound to one network. The key itself cannot be read from it. */
export type Signer = {
  /** Lower-case. */
  address: Address
  /** Signs a type-2 transaction, or type 0x76 for several calls. Pure: the same input gives the same bytes. */
  signTransaction(unsigned: Unsigned): { raw: Buffer; hash: Hex }
}

const cached = new Map<string, Signer>()

/** The signer of a purpose, or undefined when the environment holds no key for it. */
export function signerFor(network: Caip2, purpose: Purpose): Signer | undefined {
  const privateKey = { settlement: env.SETTLEMENT_PRIVATE_KEY, refund: env.REFUND_PRIVATE_KEY, execution: undefined }[
    purpose
  ]
  if (!privateKey) return undefined
  const key = `${network}|${purpose}|${privateKey}`
  const known = cached.get(key)
  if (known) return known
  const made = createSigner(get(network).chainId, privateKey as Hex)
  cached.set(key, made)
  return made
}

/** A signer for one chain. Exported for tests. */
export function createSigner(chainId: number, privateKey: Hex): Signer {
  const secret = hexToBytes(privateKey)
  return {
    address: privateKeyToAddress(privateKey).toLowerCase() as Address,
    signTransaction(unsigned) {
      const sign = (digest: Uint8Array) => curve.sign(digest, secret)
      const raw = 'calls' in unsigned ? signTempo(chainId, unsigned, sign) : signType2(chainId, unsigned, sign)
      return { raw, hash: keccak256(raw) }
    },
  }
}

type Sign = (digest: Uint8Array) => ReturnType<Curve['sign']>

/** EIP-1559, in its order; the access list is empty. */
function signType2(chainId: number, unsigned: Extract<Unsigned, { to: Address }>, sign: Sign): Buffer {
  const fields: Item[] = [
    integer(chainId),
    integer(unsigned.nonce),
    integer(unsigned.maxPriorityFeePerGas),
    integer(unsigned.maxFeePerGas),
    integer(unsigned.gas),
    hexToBytes(unsigned.to),
    integer(unsigned.value),
    unsigned.data,
    [],
  ]
  const { compact, recoveryId } = sign(keccak256(envelope(2, fields), 'bytes'))
  const r = trimZeros(compact.subarray(0, 32))
  const s = trimZeros(compact.subarray(32))
  return envelope(2, [...fields, integer(recoveryId), r, s])
}

/**
 * Tempo's type 0x76, in its order. The nonce is the account's own (key 0) and nothing expires, so that of a transaction
 * and its replacement one runs at most. The fee is paid in the signer's default token, as for its other transactions.
 */
function signTempo(chainId: number, unsigned: Extract<Unsigned, { calls: unknown }>, sign: Sign): Buffer {
  const none = new Uint8Array()
  const fields: Item[] = [
    integer(chainId),
    integer(unsigned.maxPriorityFeePerGas),
    integer(unsigned.maxFeePerGas),
    integer(unsigned.gas),
    unsigned.calls.map(({ to, data }) => [hexToBytes(to), none, hexToBytes(data)]),
    [], // access list
    none, // nonce key
    integer(unsigned.nonce),
    none, // valid before
    none, // valid after
    none, // fee token
    none, // fee payer's signature
    [], // authorizations
  ]
  const { compact, recoveryId } = sign(keccak256(envelope(0x76, fields), 'bytes'))
  return envelope(0x76, [...fields, Buffer.concat([compact, Buffer.from([27 + recoveryId])])])
}

function envelope(type: number, fields: readonly Item[]): Buffer {
  return Buffer.concat([Buffer.from([type]), encode(fields)])
}

function trimZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  return start === -1 ? new Uint8Array() : bytes.subarray(start)
}
