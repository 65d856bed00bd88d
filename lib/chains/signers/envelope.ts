import { hexToBytes, keccak256, type Address } from 'viem'
import type { CallMember } from '../Call'
import { encode, integer, type RlpItem } from '../rlp'
import type { Signature } from '../signature'
import type { SignedTransaction } from './SignedTransaction'

type Slot = { nonce: bigint; gas: bigint }
type Single = { to: Address; data: Uint8Array; value: bigint }
type DynamicFee = { legacy?: false; maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

/** The signed content except the chain, which the signer adds. Wei; fees in wei per gas. */
export type UnsignedTransaction =
  | (Slot & DynamicFee & Single)
  /** One price, no tip: for chains without EIP-1559. */
  | (Slot & { legacy: true; gasPrice: bigint } & Single)
  /** Run together or not at all; Tempo only. */
  | (Slot & DynamicFee & { calls: readonly CallMember[] })

/** The remaining step: sign the digest, and seal the signature into the bytes. */
export type SigningEnvelope = { digest: Uint8Array; seal(signature: Signature): SignedTransaction }

/** Encodes a chain's transaction for signing. */
export function envelopeOf(chainId: number, unsigned: UnsignedTransaction): SigningEnvelope {
  if ('calls' in unsigned) return tempo(chainId, unsigned)
  return unsigned.legacy ? legacy(chainId, unsigned) : type2(chainId, unsigned)
}

/** EIP-1559, fields in order; the access list is empty. */
function type2(chainId: number, unsigned: Slot & DynamicFee & Single): SigningEnvelope {
  const fields: RlpItem[] = [
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
  return {
    digest: keccak256(typed(2, fields), 'bytes'),
    seal: (signature) => signed(typed(2, [...fields, integer(signature.recoveryId), ...words(signature)])),
  }
}

/** EIP-155: the chain id is part of the signed content, and of v. */
function legacy(chainId: number, unsigned: Slot & { gasPrice: bigint } & Single): SigningEnvelope {
  const fields: RlpItem[] = [
    integer(unsigned.nonce),
    integer(unsigned.gasPrice),
    integer(unsigned.gas),
    hexToBytes(unsigned.to),
    integer(unsigned.value),
    unsigned.data,
  ]
  return {
    digest: keccak256(encode([...fields, integer(chainId), integer(0), integer(0)]), 'bytes'),
    seal: (signature) =>
      signed(
        encode([...fields, integer(BigInt(chainId) * 2n + 35n + BigInt(signature.recoveryId)), ...words(signature)]),
      ),
  }
}

/**
 * Tempo's type 0x76, fields in order. It uses the account's own nonce (key 0) without expiry, so of a transaction and
 * its replacement at most one runs. The fee is paid in the signer's default token, like its other transactions.
 */
function tempo(chainId: number, unsigned: Slot & DynamicFee & { calls: readonly CallMember[] }): SigningEnvelope {
  const none = new Uint8Array()
  const fields: RlpItem[] = [
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
  return {
    digest: keccak256(typed(0x76, fields), 'bytes'),
    seal: ({ compact, recoveryId }) =>
      signed(typed(0x76, [...fields, Buffer.concat([compact, Buffer.from([27 + recoveryId])])])),
  }
}

function typed(type: number, fields: readonly RlpItem[]): Buffer {
  return Buffer.concat([Buffer.from([type]), encode(fields)])
}

function signed(raw: Buffer): SignedTransaction {
  return { raw, hash: keccak256(raw) }
}

/** r and s as RLP integers. */
function words({ compact }: Signature): [Uint8Array, Uint8Array] {
  return [trimZeros(compact.subarray(0, 32)), trimZeros(compact.subarray(32))]
}

function trimZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  return start === -1 ? new Uint8Array() : bytes.subarray(start)
}
