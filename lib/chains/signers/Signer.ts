import type { Address, Hex } from 'viem'
import type { UnsignedTransaction } from './envelope'
import { type SignedTransaction } from './SignedTransaction'

/** Where the key is. */
export const kinds = ['env', 'keystore', 'aws-kms', 'gcp-kms'] as const
export type SignerKind = (typeof kinds)[number]

type Common = {
  /** Lower-case. */
  address: Address
  kind: SignerKind
  /** Most transactions of its lane that may be sent and not yet included. */
  inFlightMax: number
  /**
   * Looks whether the key can be reached and is that of `address`. May be called at any time.
   * @throws SignerError that says which key of what address, and what is wrong with it; never with key material.
   */
  check(): Promise<void>
  /**
   * Signs these 32 bytes as they are: 65 bytes, low s. For what a contract takes by signature; nothing is sent by it.
   * @throws SignerError when it cannot sign now.
   */
  signDigest(digest: Uint8Array): Promise<Hex>
}

/** The key is in this process: it signs at once, also inside a database transaction. Same input, same bytes. */
export type LocalSigner = Common & {
  remote: false
  /** Type 2, type 0 for a legacy fee, type 0x76 for several calls. */
  signTransaction(unsigned: UnsignedTransaction): SignedTransaction
}

/** The key is elsewhere, or must be opened first: never await it inside a database transaction. Two signatures may differ. */
export type RemoteSigner = Common & {
  remote: true
  /** As of a local signer. @throws SignerError when it cannot sign now; nothing was signed as far as we know. */
  signTransaction(unsigned: UnsignedTransaction): Promise<SignedTransaction>
}

/** A key bound to one network. The key itself cannot be read from it. */
export type Signer = LocalSigner | RemoteSigner

/** A key that cannot be used now, for whatever reason. The message names it, and is safe to log and to show to operators. */
export class SignerError extends Error {
  override readonly name = 'SignerError'
}
