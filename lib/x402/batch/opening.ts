import { zeroAddress, type Address, type Hex } from 'viem'
import { BatchSettlement, Chain, Eip3009, recoverSigner, spellOut } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { refused, Validity } from '@/lib/protocol-shared'
import { withdrawDelay } from './Requirements'

type Deposit = Extract<ChannelProtocol.ChannelCredential, { action: 'deposit' }>

/**
 * Checks everything in a deposit that needs no chain: its channel, its times, the signatures of the deposit and of
 * the voucher. The chain decides the rest: whether the payer has the money and, if its address has delegated code
 * (EIP-7702), whether that code accepts the signature. The deposit is simulated on chain before it is stored, and
 * service starts after it is included.
 * @throws AppError verification-failed | payment-expired | session-invalid-signature | session-signer-mismatch |
 * method-unsupported
 */
export function verifyDeposit(
  credential: Deposit,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): ChannelProtocol.ChannelOpening {
  const { channelId, descriptor, hash, cumulativeBase, untilMs } = credential
  assertConfig(credential, terms)
  const deposit = { ...credential.deposit, signature: toCanonical(credential.deposit.signature) }
  if (deposit.amountBase === 0n) throw refused('value', 'The deposit is of nothing.')
  const names = ['deposit.authorization.validAfter', 'deposit.authorization.validBefore'] as const
  const { validAfter, validBefore, amountBase } = deposit
  const times = { validAfter: validAfter.toString(), validBefore: validBefore.toString() }
  Validity.check({ ...times, names }, nowMs)
  const message = { from: descriptor.payer, to: BatchSettlement.collector, value: amountBase.toString(), ...times }
  const asset = Chain.findAsset(terms.network, terms.asset)
  if (!asset) throw new TypeError(`${terms.asset} is no token of ${terms.network}`)
  const depositor = recover(Eip3009.receiveDigest(asset, { ...message, nonce: hash }), deposit.signature)
  if (depositor !== descriptor.payer)
    throw refused(
      'signature',
      'The deposit is not signed by the channel’s payer, or for other terms. Smart accounts (ERC-1271) are not taken here.',
    )
  const signature = assertVoucher(credential, descriptor.payerAuthorizer)
  return {
    channelId,
    descriptor,
    signer: descriptor.payerAuthorizer,
    depositBase: amountBase,
    cumulativeBase,
    signature,
    transaction: {
      from: descriptor.payer,
      hash,
      call: { to: BatchSettlement.address, data: BatchSettlement.depositData(descriptor, deposit) },
      expiresAtMs: untilMs,
    },
  }
}

/** Checks that the config fits this challenge and that the channel's id is the hash of the config. */
function assertConfig({ descriptor, channelId, network }: Deposit, terms: ChannelProtocol.ChannelTerms): void {
  const { payerAuthorizer, receiver, receiverAuthorizer, token } = descriptor
  if (receiver !== terms.payee)
    throw failed('receiver_mismatch', 'The channel pays another receiver than the challenge asks.')
  if (token !== terms.asset) throw failed('token_mismatch', 'The channel holds another token than the challenge asks.')
  if (receiverAuthorizer !== terms.operator)
    throw failed(
      'receiver_authorizer_mismatch',
      'The channel names another receiverAuthorizer than the challenge asks.',
    )
  if (descriptor.withdrawDelay !== withdrawDelay)
    throw failed('withdraw_delay_mismatch', 'The channel has another withdrawDelay than the challenge asks.')
  // Otherwise each voucher would need a call to the payer's contract.
  if (payerAuthorizer === zeroAddress)
    throw new AppError('method-unsupported', 'The channel needs a payerAuthorizer: a key that signs its vouchers.')
  if (BatchSettlement.channelId(descriptor, network) !== channelId)
    throw failed('channel_id_mismatch', 'The channelId is not that of the channelConfig.')
}

/** Returns the voucher's signature in the form that the escrow accepts, where only a key can have signed. */
function assertVoucher({ network, channelId, cumulativeBase, ...sent }: Deposit, signer: Address): Hex {
  const signature = toCanonical(sent.signature)
  const found = recover(BatchSettlement.voucherDigest(network, { channelId, cumulativeBase }), signature)
  if (found === undefined)
    throw new AppError(
      'session-invalid-signature',
      'The voucher’s signature is not an ECDSA signature of 65 bytes, or of 64 (EIP-2098).',
    )
  if (found !== signer)
    throw new AppError('session-signer-mismatch', 'The voucher is not signed by the channel’s payerAuthorizer.')
  return signature
}

/** A signature without a standard form is returned unchanged; the signer check refuses it. */
function toCanonical(signature: Hex): Hex {
  return spellOut(signature) ?? signature
}

function recover(digest: Parameters<typeof recoverSigner>[0], signature: `0x${string}`): string | undefined {
  try {
    return recoverSigner(digest, signature)
  } catch {
    return undefined
  }
}

/** `word` is the scheme's error code without the common prefix. */
function failed(word: string, message: string): AppError {
  return new AppError('verification-failed', message, { extra: { x402: `invalid_batch_settlement_evm_${word}` } })
}
