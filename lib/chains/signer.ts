import { hexToBytes, keccak256, type Address, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { env } from '../env'
import type { Caip2 } from '@/lib/money'
import { get } from './Chain'
import { encode, integer, type Item } from './rlp'
import { curve } from './signature'

export type Purpose = 'settlement' | 'refund'

/** Everything that is signed except the chain, which is the signer's. Wei; fees in wei per gas. */
export type Unsigned = {
  nonce: bigint
  to: Address
  data: Uint8Array
  value: bigint
  gas: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
}

/** A key bound to one network. The key itself cannot be read from it. */
export type Signer = {
  /** Lower-case. */
  address: Address
  /** Signs a type-2 transaction. Pure: the same input gives the same bytes. */
  signTransaction(unsigned: Unsigned): { raw: Buffer; hash: Hex }
}

const cached = new Map<string, Signer>()

/** The signer of a purpose, or undefined when the environment holds no key for it. */
export function signerFor(network: Caip2, purpose: Purpose): Signer | undefined {
  const privateKey = purpose === 'refund' ? env.REFUND_PRIVATE_KEY : env.SETTLEMENT_PRIVATE_KEY
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
      const fields = fieldsOf(chainId, unsigned)
      const { compact, recoveryId } = curve.sign(keccak256(envelope(fields), 'bytes'), secret)
      const r = trimZeros(compact.subarray(0, 32))
      const s = trimZeros(compact.subarray(32))
      const raw = envelope([...fields, integer(recoveryId), r, s])
      return { raw, hash: keccak256(raw) }
    },
  }
}

/** EIP-1559, in its order; the access list is empty. */
function fieldsOf(chainId: number, unsigned: Unsigned): Item[] {
  return [
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
}

function envelope(fields: readonly Item[]): Buffer {
  return Buffer.concat([Buffer.from([2]), encode(fields)])
}

function trimZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  return start === -1 ? new Uint8Array() : bytes.subarray(start)
}
