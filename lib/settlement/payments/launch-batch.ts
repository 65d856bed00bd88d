import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { hasSettler } from '@/lib/chains'
import { sql, stayAlive, type WritePart } from '@/lib/db'
import { prepareLaunch, sendLaunched, storeLaunch, type ExpectedEffects } from '@/lib/execution'
import { beginSettlingPart, settlingEvents, type SettlingPayment } from '@/lib/payments'
import * as Batch from './Batch'
import type { ClosedBatch } from './close-batch'

/** A batch that was sent, and what its transaction is expected to do. */
export type LaunchedBatch = ClosedBatch & { hash: string; expected: ExpectedEffects }

/** A check of this age replaces a simulation: it asked the same of the same block, or of the one before. */
const checkedMs = 1_000

/**
 * Turns waiting payments into one batch and sends its transaction. One statement writes the batch, payments, answers,
 * transaction and signed bytes, and commits before anything is sent. After that a crash changes nothing: the background
 * tasks finish it. Returns undefined if nothing was written, because another process has a payment, the charge differs
 * from what was signed, or the call cannot be signed here and now; `closeBatch` then takes over.
 */
export async function launchBatch(ctx: Ctx, items: readonly SettlingPayment[]): Promise<LaunchedBatch | undefined> {
  const payments = items.map(({ payment }) => payment)
  const [first] = payments
  if (!first || !items.every(isWhole)) return undefined
  await stayAlive()
  const isAlone = items.length === 1
  const known = {
    isSimulated: isAlone && items.every((item) => isChecked(item, ctx.now())),
    hasSettler: !isAlone && (await hasSettler(first.network)),
  }
  const launch = await prepareLaunch(ctx, Batch.toCall(payments, known))
  if (!launch) return undefined
  const [batchId, transactionId] = [ctx.id(), launch.transaction.id]
  const form = Batch.formOf(payments)
  const amountBase = payments.reduce((sum, payment) => sum + payment.amountBase, 0n)
  const begin = beginSettlingPart({ batchId, transactionId }, items)
  const part: WritePart = {
    ...begin,
    writes: (when) => sql`
      ${begin.writes(when)},
      batched AS (
        INSERT INTO settlement_batch (id, network, asset, form, transaction_id, size, amount_base)
        SELECT ${batchId}::uuid, ${first.network}::text, ${first.asset}::text, ${form}::text, ${transactionId}::uuid,
          ${items.length}::int, ${amountBase}::numeric WHERE ${when})`,
  }
  const { network } = first
  const data = { form, network, size: items.length, amountBase }
  const signed = await storeLaunch(ctx, launch, {
    part,
    events: [
      ...settlingEvents({ batchId, transactionId }, items),
      { type: 'batch.submitted', batchId, transactionId, data },
    ],
  })
  if (!signed) return undefined
  try {
    await sendLaunched(ctx, launch, signed)
  } catch (error) {
    log().error(
      { err: error, transactionId },
      'a stored transaction could not be sent now: the background tasks send it',
    )
  }
  const simulation = launch.kind === 'call' ? (launch.wanted.simulation ?? null) : null
  return { batchId, transactionId, network, items, hash: signed.hash, expected: { simulation, kind: 'call' } }
}

/** The charge equals the signed amount and is not zero. */
function isWhole({ payment, chargeBase = payment.amountBase }: SettlingPayment): boolean {
  return chargeBase === payment.amountBase && chargeBase > 0n
}

/**
 * Signed by a plain key, and the chain has just confirmed the balance, the unused nonce and that no account is frozen.
 */
function isChecked({ payment: { instrument }, checkedAtMs }: SettlingPayment, nowMs: number): boolean {
  const isByKey = instrument.kind === 'eip3009' && !instrument.contract && !instrument.deploy
  return isByKey && checkedAtMs !== undefined && nowMs - checkedAtMs < checkedMs
}
