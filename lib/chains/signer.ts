import {
  bytesToHex,
  hexToBytes,
  keccak256,
  serializeTransaction,
  type Address,
  type Hex,
  type TransactionSerializableEIP1559,
} from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { env } from '../env'
import type { Caip2 } from '@/lib/money'
import { get } from './Chain'
import { curve } from './signature'

export type Purpose = 'settlement' | 'refund'

/** Everything that is signed except the chain, which is the signer's. Wei; fees in wei per gas. */
export type Unsigned = {
  nonce: number
  to: Address
  data: Hex
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
  signTransaction(unsigned: Unsigned): { raw: Hex; hash: Hex }
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
      const transaction: TransactionSerializableEIP1559 = { type: 'eip1559', chainId, ...unsigned }
      const digest = hexToBytes(keccak256(serializeTransaction(transaction)))
      const { compact, recoveryId } = curve.sign(digest, secret)
      const raw = serializeTransaction(transaction, {
        r: bytesToHex(compact.subarray(0, 32)),
        s: bytesToHex(compact.subarray(32)),
        yParity: recoveryId,
      })
      return { raw, hash: keccak256(raw) }
    },
  }
}
