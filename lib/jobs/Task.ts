import type { Ctx } from '../ctx'
import { forgetNonces } from '@/lib/auth'
import { checkAlerts } from '@/lib/alerts'
import { sequenceEvents, toSequence } from '@/lib/audit'
import { samplePrices } from '@/lib/coin-prices'
import { hasLive, releaseHolds, toRelease, toSettle } from '@/lib/channels'
import { forgetProcesses, sql, type Sql } from '@/lib/db'
import { repairLanes, sampleBaseFee, submitDue, toRepair, toSubmit, toTrack, trackDue } from '@/lib/execution'
import { forgetVerifications, trueUpFacilitations, toTrueUp } from '@/lib/facilitator'
import { applyPayoutChanges, toApplyPayouts } from '@/lib/merchants'
import { settleBudgets, toSettleBudgets } from '@/lib/intents'
import { expireDue, foldSales, forgetAnswers, toAdoptProofs, toExpire, toFold } from '@/lib/payments'
import {
  advanceOpenings,
  anchorDue,
  applyDue,
  checkSums,
  followCalls,
  payOut,
  payRefunds,
  refundExecutions,
  resolveAttempts,
  reconcile,
  reconcileRails,
  reconcileAll,
  settleChannels,
  settleProofs,
  takeEvents,
  watchInvoices,
  toAdvance,
  toApply,
  toFollow,
  toPayOut,
  toPayRefunds,
  toRefund,
  watchChannels,
} from '@/lib/settlement'
import { forgetEvents, forgetInvoices, toResolve, toTakeEvents } from '@/lib/rails'
import { refreshSupported } from '@/lib/remote-facilitators'
import { deliverDueWebhooks, fanOut, toDeliver } from '@/lib/webhooks'

/** Background work as data: what runs, how often, and how long one run may take. */
export type Task = {
  /** Milliseconds between the starts of two runs, over all processes. */
  everyMs: number
  /** Milliseconds after which a run starts nothing more; soon after, another process may start a run. */
  budgetMs: number
  /**
   * SQL condition: there may be something to do. The loop evaluates it for all tasks at once and runs the matching ones; the
   * others run only every `restMs`. A task without it runs at its pace.
   */
  due?: Sql
  /** Milliseconds between two runs while `due` is false. */
  restMs?: number
  /**
   * Runs once; returns how many things it moved. Safe at any time, any number of times. Checks `ctx.isLate` before each next
   * thing, or stops after `budgetMs`.
   */
  run(ctx: Ctx, budgetMs: number): Promise<number>
}

/** Something was recorded recently, so what is compared with chains may have changed. */
const isAtWork: Sql = sql`(SELECT at > now() - interval '2 minutes' FROM audit_event ORDER BY seq DESC LIMIT 1)`
/** As `isAtWork`, and there are channels. */
const areBusy: Sql = sql`(${isAtWork} AND ${hasLive})`

/**
 * The rows are the queue: a task looks for due rows, does a limited amount, and stops. The background route, the in-process
 * loop and `npm run worker` all run this table.
 */
export const tasks = {
  /** Signs and sends transactions that no request drives. */
  'submit-transactions': { everyMs: 500, budgetMs: 20_000, due: toSubmit, run: submitDue },
  /** Follows sent transactions: receipts, replacement, reorgs, safe, final. */
  'track-transactions': { everyMs: 1_000, budgetMs: 20_000, due: toTrack, run: trackDue },
  /** Fills slots of nonce lanes that no process owns. */
  'repair-lanes': { everyMs: 10_000, budgetMs: 20_000, due: toRepair, run: (ctx) => repairLanes(ctx) },
  /** Returns the part of their policy's caps that ended transactions did not use. */
  'settle-budgets': { everyMs: 1_000, budgetMs: 20_000, due: toSettleBudgets, run: (ctx) => settleBudgets(ctx) },
  /** Stores the base fees of networks, for their page. */
  'sample-base-fee': { everyMs: 10_000, budgetMs: 10_000, run: () => sampleBaseFee() },
  /** Stores the prices of coins, to show gas in dollars. */
  'sample-coin-prices': { everyMs: 10_000, budgetMs: 15_000, run: () => samplePrices() },
  /** Books settlement batches whose transaction has run. */
  'apply-settlements': { everyMs: 500, budgetMs: 20_000, due: toApply, run: (ctx) => applyDue(ctx) },
  /** Settles channels that are due, and closes those that are idle or whose payer asked for it. */
  'settle-channels': { everyMs: 1_000, budgetMs: 20_000, due: toSettle, run: settleChannels },
  /** Pays out what remote facilitators claimed on channels. */
  'pay-out-channels': { everyMs: 2_000, budgetMs: 20_000, due: toPayOut, run: payOut },
  /** Reads the events of channels on chain. */
  'watch-channels': { everyMs: 1_000, budgetMs: 20_000, due: areBusy, restMs: 10_000, run: watchChannels },
  /** Books openings and top-ups that no request waited for. */
  'advance-openings': { everyMs: 1_000, budgetMs: 20_000, due: toAdvance, run: advanceOpenings },
  /** Compares open channels with the contract, some of them each time. */
  'reconcile-channels': { everyMs: 30_000, budgetMs: 30_000, due: areBusy, run: reconcileAll },
  /** Releases what dead processes held of channels. */
  'release-holds': { everyMs: 1_000, budgetMs: 5_000, due: toRelease, run: (ctx) => releaseHolds(ctx) },
  /** Voids or refunds payments that no request serves any more. */
  'expire-payments': { everyMs: 1_000, budgetMs: 20_000, due: toExpire, run: (ctx) => expireDue(ctx) },
  /** Makes refunds due for actions that provably did not happen. */
  'refund-executions': { everyMs: 1_000, budgetMs: 20_000, due: toRefund, run: (ctx) => refundExecutions(ctx) },
  /** Sends due refunds, and books those that arrived. */
  'pay-refunds': { everyMs: 1_000, budgetMs: 20_000, due: toPayRefunds, run: (ctx) => payRefunds(ctx) },
  /** Reads the chain for payments that remote facilitators settle. */
  'follow-facilitators': { everyMs: 1_000, budgetMs: 20_000, due: toFollow, run: followCalls },
  /** Resolves calls to parties off chain whose outcome is unknown, and releases holds of voided payments. */
  'resolve-attempts': { everyMs: 1_000, budgetMs: 20_000, due: toResolve, run: resolveAttempts },
  /** Works on webhooks of parties off chain. */
  'take-rail-events': { everyMs: 500, budgetMs: 20_000, due: toTakeEvents, run: takeEvents },
  /** Books proven payments whose process died. */
  'settle-proofs': { everyMs: 1_000, budgetMs: 10_000, due: toAdoptProofs, run: settleProofs },
  /** Reads which Lightning invoices were paid. */
  'watch-invoices': { everyMs: 2_000, budgetMs: 10_000, run: watchInvoices },
  /** Deletes Lightning invoices that expired unpaid. */
  'forget-invoices': { everyMs: 600_000, budgetMs: 10_000, run: () => forgetInvoices() },
  /** Deletes webhooks that were worked on months ago. */
  'forget-rail-events': { everyMs: 3_600_000, budgetMs: 10_000, run: () => forgetEvents() },
  /** Asks remote facilitators what they support, and whether they are available. */
  'refresh-facilitators': { everyMs: 30_000, budgetMs: 60_000, run: () => refreshSupported() },
  /** Deletes verifications without a settlement, after a month. */
  'forget-verifications': { everyMs: 60_000, budgetMs: 10_000, run: forgetVerifications },
  /** Returns to callers of the facilitator what their settlements did not use. */
  'square-facilitations': { everyMs: 1_000, budgetMs: 10_000, due: toTrueUp, run: () => trueUpFacilitations() },
  /** Puts changes of payouts into force whose delay is over. */
  'apply-payout-changes': { everyMs: 5_000, budgetMs: 10_000, due: toApplyPayouts, run: applyPayoutChanges },
  /** Compares the books with the chain. */
  reconcile: { everyMs: 15_000, budgetMs: 30_000, due: isAtWork, run: reconcile },
  /** Compares the books with Stripe's balance. */
  'reconcile-rails': { everyMs: 300_000, budgetMs: 30_000, due: isAtWork, run: reconcileRails },
  /** Adds recent sales to the sums that pages read. */
  'fold-sales': { everyMs: 30_000, budgetMs: 10_000, due: toFold, run: ({ isLate }) => foldSales(isLate) },
  /** Recomputes the running sums. */
  'check-sums': { everyMs: 24 * 60 * 60_000, budgetMs: 30 * 60_000, run: (ctx) => checkSums(ctx) },
  /** Assigns leaf indexes of the audit log to events, queues their webhooks, and signs checkpoints. */
  'sequence-audit': {
    everyMs: 500,
    budgetMs: 10_000,
    due: toSequence,
    run: (_, budgetMs) => sequenceEvents(budgetMs, [fanOut]),
  },
  /** Writes a checkpoint of the audit log on chain, once a day. */
  'anchor-checkpoint': { everyMs: 60_000, budgetMs: 20_000, run: (ctx) => anchorDue(ctx) },
  /** Delivers webhooks that no worker was woken for. */
  'deliver-webhooks': { everyMs: 1_000, budgetMs: 30_000, due: toDeliver, run: deliverDueWebhooks },
  /** Opens and resolves alerts. */
  'check-alerts': { everyMs: 5_000, budgetMs: 20_000, run: checkAlerts },
  /** Deletes stored answers whose time is over. */
  'forget-answers': { everyMs: 30_000, budgetMs: 5_000, run: () => forgetAnswers() },
  /** Deletes used nonces of agents' sign-ins, once they have expired. */
  'forget-nonces': { everyMs: 60_000, budgetMs: 5_000, run: () => forgetNonces() },
  /** Deletes processes that died long ago. */
  'forget-processes': { everyMs: 60_000, budgetMs: 5_000, run: () => forgetProcesses() },
} as const satisfies Record<string, Task>

export type TaskName = keyof typeof tasks

export function isTaskName(name: string): name is TaskName {
  return Object.hasOwn(tasks, name)
}
