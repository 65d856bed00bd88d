import { zeroAddress, type Address } from 'viem'
import { BatchSettlement, Chain, Eip3009, recoverSigner } from '@/lib/chains'
import type { Protocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { refused, Validity } from '@/lib/wire'
import { withdrawDelay } from './Requirements'

type Deposit = Extract<Protocol.Credential, { action: 'deposit' }>

/**
 * Checks all of a deposit that can be known without the chain: whose channel it fills, when, and who signed it and the voucher.
 * What is left is whether the payer has the money.
 * @throws AppError verification-failed | payment-expired | session-invalid-signature | session-signer-mismatch | method-unsupported
 */
export function verifyDeposit(credential: Deposit, terms: Protocol.Terms, nowMs: number): Protocol.Opening {
  const { channelId, descriptor, deposit, hash, cumulativeBase, signature, untilMs } = credential
  assertConfig(credential, terms)
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
  assertVoucher(credential, descriptor.payerAuthorizer)
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

/** The config is for this challenge, and the channel's id is the config's. */
function assertConfig({ descriptor, channelId, network }: Deposit, terms: Protocol.Terms): void {
  const { payerAuthorizer, receiver, receiverAuthorizer, token } = descriptor
  if (receiver !== terms.payee) throw failed('The channel pays another receiver than the challenge asks.')
  if (token !== terms.asset) throw failed('The channel holds another token than the challenge asks.')
  if (receiverAuthorizer !== terms.operator)
    throw failed('The channel names another receiverAuthorizer than the challenge asks.')
  if (descriptor.withdrawDelay !== withdrawDelay)
    throw failed('The channel has another withdrawDelay than the challenge asks.')
  // Its payer's contract would have to be asked about every voucher.
  if (payerAuthorizer === zeroAddress)
    throw new AppError('method-unsupported', 'The channel needs a payerAuthorizer: a key that signs its vouchers.')
  if (BatchSettlement.channelId(descriptor, network) !== channelId)
    throw failed('The channelId is not that of the channelConfig.')
}

function assertVoucher({ network, channelId, cumulativeBase, signature }: Deposit, signer: Address): void {
  const found = recover(BatchSettlement.voucherDigest(network, { channelId, cumulativeBase }), signature)
  if (found === undefined)
    throw new AppError('session-invalid-signature', 'The voucher’s signature is not one of 65 bytes with a low s.')
  if (found !== signer)
    throw new AppError('session-signer-mismatch', 'The voucher is not signed by the channel’s payerAuthorizer.')
}

function recover(digest: Parameters<typeof recoverSigner>[0], signature: `0x${string}`): string | undefined {
  try {
    return recoverSigner(digest, signature)
  } catch {
    return undefined
  }
}

function failed(message: string): AppError {
  return new AppError('verification-failed', message)
}
