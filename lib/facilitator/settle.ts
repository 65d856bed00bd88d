import { env } from '../env'
import { failpoint } from '../failpoint'
import type { Ctx } from '../ctx'
import { checkInstrument, Eip1271, type Instrument } from '@/lib/chains'
import { sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Amount } from '@/lib/money'
import { acceptPayment, findClaim, releasePayment, reserves, type EarlierClaim, type Payment } from '@/lib/payments'
import { facilitation, type Facilitated } from '@/lib/protocols'
import { settleNow, type SettleOutcome } from '@/lib/settlement'
import type { Caller } from './Caller'
import { findVerifications } from './find-verifications'
import { assertAllowed } from './find-caller'
import { claimedRequestOf, fingerprintOf } from './read-settlement-request'
import { beginFacilitation, endFacilitation } from './record-facilitation'
import { reservation } from './reserve-allowance'
import { acceptedMethods } from './accepted-kinds'
import { used } from './verify'

export type FacilitatedSettlement = { payment: Payment.Payment; settled: SettleAnswer; isRepeat: boolean }

/** `hash` is empty if nothing had to move. */
export type SettleAnswer =
  | { kind: 'settled'; hash: string; amountBase: bigint }
  | { kind: 'failed'; reason: string }
  | { kind: 'unknown'; hash: string | undefined }

/**
 * Settles a payment for another party's server. The claim, its record and its part of the caller's caps are one
 * statement, before anything is sent; the transfer shares a transaction with other payments of the same token.
 *
 * A payment succeeds once. A second request is refused while the first is settled. Afterwards, a request with the same
 * payload for the same resource gets the stored result, because an answer can get lost. But only if the payload was
 * called valid exactly once, over all processes: after two verifications the second settle is a second sale, not a
 * repeat, and after none the two cannot be told apart.
 * @throws AppError as `verify`, and cap-exceeded.
 */
export async function settle(
  ctx: Ctx,
  caller: Caller,
  facilitated: Facilitated,
  startedAtMs: number,
): Promise<FacilitatedSettlement> {
  assertAllowed(caller, facilitated.network, facilitated.offer.asset.address)
  const fingerprint = fingerprintOf(facilitated, caller)
  const recordId = ctx.id()
  const accepted = await claim(ctx, caller, facilitated, { fingerprint, recordId, startedAtMs }).catch(
    async (error: unknown) => {
      const first = await findClaim(facilitated.signed.claimKey)
      // The first settle is the reason: it used the nonce and the money.
      if (first) return { kind: 'taken', first } as const
      throw error
    },
  )
  if (accepted.kind === 'taken') return repeat(facilitated, fingerprint, accepted.first)
  failpoint('after-claim')
  const { payment } = accepted
  const settled = toTold(payment, await now(payment, accepted.checkedAtMs))
  if (settled.kind === 'unknown') await releasePayment(payment.id)
  const outcome = settled.kind === 'unknown' ? 'pending' : settled.kind
  const reason = settled.kind === 'failed' ? settled.reason : null
  endFacilitation(recordId, { outcome, reason, latencyMs: ctx.now() - startedAtMs })
  return { payment, settled, isRepeat: false }
}

type Recorded = { fingerprint: Buffer; recordId: string; startedAtMs: number }
type Claimed =
  | { kind: 'accepted'; payment: Payment.Payment; checkedAtMs: number }
  | { kind: 'taken'; first: EarlierClaim }

/** The new payment, or the earlier claim. */
async function claim(
  ctx: Ctx,
  caller: Caller,
  facilitated: Facilitated,
  { fingerprint, recordId, startedAtMs }: Recorded,
): Promise<Claimed> {
  const authorization = facilitation.authorize(facilitated, 'settle', acceptedMethods, ctx.now())
  const credential = facilitation.toCredential(facilitated)
  const checkedAtMs = ctx.now()
  const { instrument, balanceBase } = await checkInstrument(
    facilitated.network,
    credential.asset,
    authorization.instrument,
  )
  const readBalance = async () => (await checkInstrument(facilitated.network, credential.asset, instrument)).balanceBase
  const accepted = await acceptPayment(
    ctx,
    {
      merchantId: caller.merchantId,
      resourceId: null,
      credential,
      authorization: { ...authorization, instrument },
      quote: { id: ctx.requestId, issuedAtMs: ctx.now() },
      when: 'before',
      request: claimedRequestOf(facilitated),
      fingerprint,
      balanceBase: reserves(instrument) ? balanceBase : undefined,
      readBalance,
    },
    {
      write: (payment, isClaimed) => {
        const facts = { ...toFacts(facilitated, caller, payment), latencyMs: ctx.now() - startedAtMs }
        const { id: paymentId, network, asset, amountBase } = payment
        const amountMicros = Amount.baseToMicros(amountBase, facilitated.offer.asset.decimals)
        const reserved = { paymentId, network, asset, amountMicros, moreGas: gasBefore(instrument) }
        const { parts, refusals } = reservation(caller, reserved, isClaimed)
        return {
          parts: sql`noted AS (${beginFacilitation(recordId, ctx.now(), facts, isClaimed)}), ${parts}`,
          refusals,
        }
      },
    },
  )
  if (accepted.kind === 'accepted') return { ...accepted, checkedAtMs }
  const first = await findClaim(facilitated.signed.claimKey)
  if (first) return { kind: 'taken', first }
  throw new AppError('stale-state', 'The claim of this payment could not be read. Send it again.')
}

/** Most gas for deploying the payer's account. */
function gasBefore(instrument: Instrument): bigint {
  return instrument.kind === 'eip3009' && instrument.deploy ? Eip1271.deployGasMax : 0n
}

async function now(payment: Payment.Payment, checkedAtMs: number): Promise<SettleOutcome> {
  try {
    return await settleNow({ payment, checkedAtMs }, env.SETTLE_DEADLINE_MS)
  } catch {
    // The database failed in between: the committed rows decide, and a background task reads them.
    return { kind: 'unknown' }
  }
}

function toTold(payment: Payment.Payment, settled: SettleOutcome): SettleAnswer {
  if (settled.kind === 'failed') return settled
  if (settled.kind === 'unknown') return { kind: 'unknown', hash: settled.hash }
  return { kind: 'settled', hash: settled.txHash ?? '', amountBase: payment.amountBase }
}

/** The answer for an earlier settle of this payload. */
async function repeat(
  facilitated: Facilitated,
  fingerprint: Buffer,
  first: EarlierClaim,
): Promise<FacilitatedSettlement> {
  if (!first.fingerprint.equals(fingerprint) || first.payment.origin !== 'facilitator') throw used()
  if (first.served) throw new AppError('payment-in-progress', 'This payment is being settled by another request.')
  const { payment, attemptHash } = first
  const repeated = (settled: SettleAnswer): FacilitatedSettlement => ({ payment, settled, isRepeat: true })
  if (payment.settlement === 'settled') {
    if ((await findVerifications(facilitated.signed.claimKey)) !== 1) throw used()
    return repeated({ kind: 'settled', hash: payment.txHash ?? '', amountBase: payment.amountBase })
  }
  if (payment.status === 'voided')
    return repeated({ kind: 'failed', reason: payment.reason ?? 'The transfer did not happen.' })
  return repeated({ kind: 'unknown', hash: attemptHash ?? undefined })
}

function toFacts(facilitated: Facilitated, caller: Caller, payment: Payment.Payment) {
  return {
    caller,
    kind: 'settle' as const,
    x402Version: facilitated.version,
    scheme: facilitated.offer.scheme,
    network: facilitated.network,
    asset: payment.asset,
    payer: payment.payer,
    payTo: payment.payTo,
    amountBase: payment.amountBase,
    outcome: 'pending' as const,
    reason: null,
    paymentId: payment.id,
  }
}
