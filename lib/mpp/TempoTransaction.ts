import { concatHex, decodeFunctionData, keccak256, type Address, type Hex } from 'viem'
import { Abis, Transaction } from 'viem/tempo'

/** Half of the curve's order. A signature with a larger s is the malleable twin of one with a smaller s. */
const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** A payer's complete signed Tempo transaction (type 0x76), decoded without a chain. Addresses are lower-case. */
export type TempoTransaction = {
  from: Address
  /** In the encoding of a node, whatever encoding the client used for the signature. So `hash` is the hash on chain. */
  bytes: Hex
  hash: Hex
  chainId: number
  validBeforeMs: number
  validAfterMs: number
  /** True if another account pays the fee. */
  isSponsored: boolean
  /** True if its nonce is its own hash and valid until it expires (TIP-1009), instead of a sequence number. */
  isExpiring: boolean
  /** True if it also authorizes keys or code for an account. */
  isDelegating: boolean
  /** The bytes that the sender signed. */
  signedBytes: Hex
  calls: readonly TempoCall[]
}

/** `data` is lower-case; a plain call moves no native value. */
export type TempoCall = { to?: string; data?: Hex; isPlain: boolean }

/** The nonce key that marks an expiring nonce. */
const expiringKey = 2n ** 256n - 1n

/**
 * Decodes a transaction. Refuses passkey and access-key signatures, because only the chain can verify them.
 * @throws TypeError with a sentence for the client if it is not a signed, expiring 0x76 transaction of a plain
 * account.
 */
export function decode(serialized: string): TempoTransaction {
  if (!/^0x76(?:[0-9a-f]{2})+$/.test(serialized)) throw new TypeError('is not a Tempo transaction (type 0x76)')
  const envelope = deserialize(serialized as `0x76${string}`)
  const { from, signature, validBefore, calls } = envelope
  if (!signature || !from) throw new TypeError('is not signed by its sender')
  if (signature.type !== 'secp256k1') throw new TypeError('is not signed by a plain secp256k1 account')
  if (signature.signature.s > halfOrder) throw new TypeError('has a high-s signature')
  if (validBefore === undefined) throw new TypeError('never expires: set validBefore')
  const bytes = Transaction.z_TxEnvelopeTempo.serialize(envelope)
  return {
    from: from.toLowerCase() as Address,
    bytes,
    hash: keccak256(bytes),
    chainId: envelope.chainId,
    validBeforeMs: Number(validBefore) * 1000,
    validAfterMs: Number(envelope.validAfter ?? 0) * 1000,
    isSponsored: envelope.feePayerSignature !== undefined,
    isExpiring: envelope.nonceKey === expiringKey,
    isDelegating: envelope.keyAuthorization !== undefined || (envelope.authorizationList ?? []).length > 0,
    signedBytes: Transaction.z_TxEnvelopeTempo.encodeForSigning(envelope),
    calls: calls.map(({ to, data, value }) => ({
      ...(to && { to: to.toLowerCase() }),
      ...(data && { data: data.toLowerCase() as Hex }),
      isPlain: (value ?? 0n) === 0n,
    })),
  }
}

/**
 * The part of a channel's id that comes from its opening transaction: keccak256 of the signed bytes and the sender
 * (TIP-1034).
 */
export function expiringNonceHash({ signedBytes, from }: TempoTransaction): Hex {
  return keccak256(concatHex([signedBytes, from]))
}

function deserialize(serialized: `0x76${string}`) {
  try {
    return Transaction.z_TxEnvelopeTempo.deserialize(serialized)
  } catch (cause) {
    throw new TypeError('cannot be decoded', { cause })
  }
}

export type TempoTransfer = { to: string; amountBase: bigint }

/** The transfers of a token in the transaction's calls, in their order. */
export function transfers({ calls }: TempoTransaction, token: string): readonly TempoTransfer[] {
  return calls.flatMap(({ to, data }) => {
    if (to !== token.toLowerCase() || !data) return []
    try {
      const { functionName, args } = decodeFunctionData({ abi: Abis.tip20, data })
      if (functionName !== 'transfer' && functionName !== 'transferWithMemo') return []
      return [{ to: args[0].toLowerCase(), amountBase: args[1] }]
    } catch {
      return []
    }
  })
}
