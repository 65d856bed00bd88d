import type { Address, Hex } from 'viem'
import type { UnsignedTransaction } from './envelope'
import { type SignedTransaction } from './SignedTransaction'

/** Where the key is stored. */
export const kinds = ['env', 'keystore', 'aws-kms', 'gcp-kms'] as const
export type SignerKind = (typeof kinds)[number]

type Common = {
  /** Lower-case. */
  address: Address
  kind: SignerKind
  /** Most transactions of its lane that may be in flight. */
  inFlightMax: number
  /**
   * Checks that the key can be reached and belongs to `address`. May be called at any time.
   * @throws SignerError naming the key, its address and the problem; never key material.
   */
  check(): Promise<void>
  /**
   * Signs these 32 bytes unchanged: 65 bytes, low s. For signatures that a contract verifies; nothing is sent.
   * @throws SignerError if it cannot sign now.
   */
  signDigest(digest: Uint8Array): Promise<Hex>
}

/** A key in this process: it signs synchronously, also inside a database transaction. Same input, same bytes. */
export type LocalSigner = Common & {
  remote: false
  /** Type 2, type 0 for a legacy fee, type 0x76 for several calls. */
  signTransaction(unsigned: UnsignedTransaction): SignedTransaction
}

/** A key in a service or an encrypted file: never await it inside a database transaction. Two signatures may differ. */
export type RemoteSigner = Common & {
  remote: true
  /** As for a local signer. @throws SignerError if it cannot sign now; as far as we know nothing was signed. */
  signTransaction(unsigned: UnsignedTransaction): Promise<SignedTransaction>
}

/** A key bound to one network. The key material cannot be read from it. */
export type Signer = LocalSigner | RemoteSigner

/** A key cannot be used now. The message names it, and is safe to log and to show to operators. */
export class SignerError extends Error {
  override readonly name = 'SignerError'
}
