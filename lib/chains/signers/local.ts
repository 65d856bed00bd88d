import { hexToBytes, type Address, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { curve, toHex } from '../signature'
import { envelopeOf } from './envelope'
import type { LocalSigner } from './Signer'

/** A signer whose key is in memory. */
export function createSigner(chainId: number, privateKey: Hex, inFlightMax = 64): LocalSigner {
  const secret = hexToBytes(privateKey)
  return {
    address: privateKeyToAddress(privateKey).toLowerCase() as Address,
    kind: 'env',
    inFlightMax,
    remote: false,
    check: () => Promise.resolve(),
    signDigest: (digest) => Promise.resolve(toHex(curve.sign(digest, secret))),
    signTransaction(unsigned) {
      const { digest, seal } = envelopeOf(chainId, unsigned)
      return seal(curve.sign(digest, secret))
    },
  }
}
