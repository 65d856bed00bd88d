import { z } from 'zod'
import { Svm } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { Amount, Caip } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { refused, type RefusalReason } from '@/lib/protocol-shared'
import { malformed, parse } from '../parse'
import type { SchemeOffer, ParsedPayload, Payout, Scheme } from '../Scheme'

/** Limit of the scheme. */
const memoBytesMax = 256

/** Base64 of at most 1232 bytes, the size limit of a Solana transaction. */
const Signed = z.strictObject({ transaction: z.string().max(1_644) })

/**
 * `exact` on Solana: the payer signs a transaction, and the fee payer signs and pays for it. The fee payer is ours,
 * or the one of the upstream facilitator that the seller chose. The blockhash expires after about a minute. Source:
 * x402 specs/schemes/exact/scheme_exact_svm.md
 */
export const exactSvm: Scheme = {
  name: 'exact svm',
  scheme: 'exact',
  family: 'svm',
  supports(network) {
    const signer = Svm.svmSignerFor(network, 'settlement')
    return signer && { feePayer: signer.address }
  },
  takes: ({ network }) => Caip.isSolana(network),
  offers(payout) {
    const named = payout.takes.facilitators?.[payout.network]
    const feePayer = named === undefined ? Svm.svmSignerFor(payout.network, 'settlement')?.address : named
    return feePayer && !payout.quote.metered ? toOffer(payout, feePayer) : []
  },
  parse(payload, network) {
    if (!Caip.isSolana(network)) return undefined
    const signed = parse(Signed, payload, 'payload')
    const payment = read(signed.transaction)
    return {
      payload: signed,
      // Both parties sign the message, and the fee payer's signature is still missing. So the key is the message's
      // digest.
      claimKey: `svm|${network}|${payment.digest}`,
      amountBase: payment.amountBase,
      // The transaction does not name the owner of that account. The offer names it, and is compared.
      payTo: payment.destination,
      payer: payment.payer,
      authorize: (offer, takes) => authorize(payment, signed.transaction, offer, takes),
    }
  },
}

function read(transaction: string): Svm.SvmPayment.SvmPayment {
  try {
    return Svm.SvmPayment.read(transaction)
  } catch (error) {
    if (error instanceof Svm.SvmPayment.LayoutError) throw toRefusal(error)
    throw error
  }
}

/** Adds the official facilitators' error words to ours. */
function toRefusal({ reason, message }: Svm.SvmPayment.LayoutError): AppError {
  if (reason === 'transaction') return malformed(`payload.transaction ${message}.`)
  const x402 = `invalid_exact_svm_payload_${codes[reason] ?? reason}`
  const refusalReason: RefusalReason = reason === 'signature' ? 'signature' : 'layout'
  return new AppError('verification-failed', `The transaction ${message}.`, { extra: { reason: refusalReason, x402 } })
}

const codes: Record<string, string> = {
  signature: 'signature_invalid',
  signers: 'excessive_signers',
  instructions_length: 'transaction_instructions_length',
  compute_limit_instruction: 'transaction_instructions_compute_limit_instruction',
  compute_limit_instruction_too_high: 'transaction_instructions_compute_limit_instruction_too_high',
  compute_price_instruction: 'transaction_instructions_compute_price_instruction',
  compute_price_instruction_too_high: 'transaction_instructions_compute_price_instruction_too_high',
  fee_payer_in_instruction: 'transaction_fee_payer_transferring_funds',
  lookup_tables: 'transaction_could_not_be_decoded',
}

function authorize(
  payment: Svm.SvmPayment.SvmPayment,
  transaction: string,
  { network, asset, payTo, amountBase, extra }: SchemeOffer,
  { facilitators }: Protocol.AcceptedMethods,
): ReturnType<ParsedPayload['authorize']> {
  const { feePayer, payer, source, destination, mint } = payment
  const isOurs = (address: string) => Svm.svmSignersFor(network, 'settlement').some((one) => one.address === address)
  if (feePayer !== extra.feePayer || !(isOurs(feePayer) || facilitators?.[network] === feePayer))
    throw refused('facilitator', 'The transaction is to be paid by another fee payer than the offer names.')
  if (isOurs(payer) || payer === feePayer)
    throw refused('layout', 'The transaction would move the fee payer’s own tokens.')
  if (mint !== asset.address) throw refused('token', 'The transaction moves another token than the offer names.')
  if (destination !== Svm.Ata.of(payTo, mint))
    throw refused('recipient', 'The transaction pays another account than that of the recipient for this token.')
  if (payment.amountBase !== amountBase || payment.decimals !== asset.decimals)
    throw refused('value', `The transaction moves ${payment.amountBase} base units, not ${amountBase}.`)
  assertExtra(payment, extra)
  const bytes = `0x${Buffer.from(transaction, 'base64').toString('hex')}` as const
  const value = amountBase.toString()
  return { kind: 'svm', from: payer, to: payTo, source, destination, value, feePayer, bytes }
}

/**
 * Checks the members of a requirement that bind the transaction: the seller's reference, which must be its only memo,
 * byte for byte, and the token's program. `recentBlockhash` and `lastValidBlockHeight` are hints for the client, by
 * the specification.
 */
function assertExtra({ memos }: Svm.SvmPayment.SvmPayment, { memo, tokenProgram }: SchemeOffer['extra']): void {
  if (tokenProgram !== undefined && tokenProgram !== Svm.tokenProgram)
    throw refused('token', 'The transfer is by another token program than the offer names.')
  // The reference client treats an empty memo as absent.
  if (memo === undefined || memo === null || memo === '') return
  if (typeof memo !== 'string' || Buffer.byteLength(memo) > memoBytesMax)
    throw malformed(`paymentRequirements.extra.memo must be text of at most ${memoBytesMax} bytes.`)
  if (memos.length !== 1)
    throw refusedMemo('count', `The transaction has ${memos.length} memos; the offer asks for exactly one.`)
  if (!Buffer.from(memo).equals(memos[0] ?? new Uint8Array()))
    throw refusedMemo('mismatch', 'The memo of the transaction is not the one that the offer asks for.')
}

function refusedMemo(problem: 'count' | 'mismatch', message: string): AppError {
  const x402 = `invalid_exact_svm_payload_memo_${problem}`
  return new AppError('verification-failed', message, { extra: { reason: 'layout' satisfies RefusalReason, x402 } })
}

/** Not offered to x402 v1: its challenges name no fee payer that we could check. */
function toOffer({ network, payTo, assets, quote }: Payout, feePayer: string): SchemeOffer[] {
  const [asset] = assets
  if (!asset) return []
  const amountBase = Amount.microsToBase(quote.priceMicros, asset.decimals)
  return [{ scheme: 'exact', network, v1Name: undefined, asset, payTo, amountBase, extra: { feePayer } }]
}
