import type { Ctx } from '../ctx'
import { forgetNonces } from '@/lib/auth'
import { checkAlerts } from '@/lib/alerts'
import { sequenceEvents, toSequence } from '@/lib/audit'
import { hasLive, releaseHolds, toRelease, toSettle } from '@/lib/channels'
import { forgetProcesses, sql, type Sql } from '@/lib/db'
import { repairLanes, sampleBaseFee, submitDue, toRepair, toSubmit, toTrack, trackDue } from '@/lib/execution'
import { forgetVerifications, trueUpFacilitations, toTrueUp } from '@/lib/facilitator'
import { settleBudgets, toSettleBudgets } from '@/lib/intents'
import { expireDue, foldSales, forgetAnswers, toExpire, toFold } from '@/lib/payments'
import {
  advanceOpenings,
  anchorDue,
  applyDue,
  checkSums,
  followCalls,
  payOut,
  payRefunds,
  refundExecutions,
  reconcile,
  reconcileAll,
  settleChannels,
  toAdvance,
  toApply,
  toFollow,
  toPayOut,
  toPayRefunds,
  toRefund,
  watchChannels,
} from '@/lib/settlement'
import { refreshSupported } from '@/lib/remote-facilitators'
import { deliverDueWebhooks, fanOut, toDeliver } from '@/lib/webhooks'

/** Background work as data: what runs, how often, and how long one run may take. */
export type Task = {
  /** Milliseconds between the starts of two runs, over all processes. */
  everyMs: number
  /** Milliseconds after which a run begins nothing more, and soon another process may start one. */
  budgetMs: number
  /**
   * SQL condition: there may be something to do. The loop asks it for all tasks at once and runs those that it is true of, the others
   * only every `restMs`. Without one the task runs at its pace.
   */
  due?: Sql
  /** Milliseconds between two runs while `due` says no. */
  restMs?: number
  /**
   * Runs once; answers how many things it moved. Safe at any time, as often as one likes. Asks `ctx.isLate` before it begins the
   * next thing, or stops after `budgetMs`.
   */
  run(ctx: Ctx, budgetMs: number): Promise<number>
}

/** Something was recorded a moment ago, so what is compared with chains may have changed. */
const isAtWork: Sql = sql`(SELECT at > now() - interval '2 minutes' FROM audit_event ORDER BY seq DESC LIMIT 1)`
/** The same, and there are channels. */
const areBusy: Sql = sql`(${isAtWork} AND ${hasLive})`

/**
 * The domain rows are the queue: a task looks for rows that are due, does a bounded amount, and stops. The
 * background route, the in-process loop and `npm run worker` all run this table.
 */
export const tasks = {
  /** Signs and sends transactions that nobody is driving. */
  'submit-transactions': { everyMs: 500, budgetMs: 20_000, due: toSubmit, run: submitDue },
  /** Follows sent transactions: receipts, replacement, reorgs, safe, final. */
  'track-transactions': { everyMs: 1_000, budgetMs: 20_000, due: toTrack, run: trackDue },
  /** Fills slots of nonce lanes that nobody owns. */
  'repair-lanes': { everyMs: 10_000, budgetMs: 20_000, due: toRepair, run: (ctx) => repairLanes(ctx) },
  /** Gives back what ended transactions did not use of their policy's caps. */
  'settle-budgets': { everyMs: 1_000, budgetMs: 20_000, due: toSettleBudgets, run: (ctx) => settleBudgets(ctx) },
  /** Notes what networks ask for, for their page. */
  'sample-base-fee': { everyMs: 10_000, budgetMs: 10_000, run: () => sampleBaseFee() },
  /** Books settlement batches whose transaction has run. */
  'apply-settlements': { everyMs: 500, budgetMs: 20_000, due: toApply, run: (ctx) => applyDue(ctx) },
  /** Settles channels that are due, and closes those that are idle or whose payer asked for it. */
  'settle-channels': { everyMs: 1_000, budgetMs: 20_000, due: toSettle, run: settleChannels },
  /** Has paid out what other facilitators claimed on channels. */
  'pay-out-channels': { everyMs: 2_000, budgetMs: 20_000, due: toPayOut, run: payOut },
  /** Reads what happened to channels on chain. */
  'watch-channels': { everyMs: 1_000, budgetMs: 20_000, due: areBusy, restMs: 10_000, run: watchChannels },
  /** Books openings and top-ups that nobody waited for. */
  'advance-openings': { everyMs: 1_000, budgetMs: 20_000, due: toAdvance, run: advanceOpenings },
  /** Compares open channels with the contract, a part of them each time. */
  'reconcile-channels': { everyMs: 30_000, budgetMs: 30_000, due: areBusy, run: reconcileAll },
  /** Gives back what dead processes held of channels. */
  'release-holds': { everyMs: 1_000, budgetMs: 5_000, due: toRelease, run: (ctx) => releaseHolds(ctx) },
  /** Voids or refunds payments that nobody serves any more. */
  'expire-payments': { everyMs: 1_000, budgetMs: 20_000, due: toExpire, run: (ctx) => expireDue(ctx) },
  /** Owes back what was paid for actions that are proven not to have happened. */
  'refund-executions': { everyMs: 1_000, budgetMs: 20_000, due: toRefund, run: (ctx) => refundExecutions(ctx) },
  /** Sends what is owed back, and books what arrived. */
  'pay-refunds': { everyMs: 1_000, budgetMs: 20_000, due: toPayRefunds, run: (ctx) => payRefunds(ctx) },
  /** Asks the chain about payments that other facilitators have. */
  'follow-facilitators': { everyMs: 1_000, budgetMs: 20_000, due: toFollow, run: followCalls },
  /** Asks other facilitators what they support, and whether they are there. */
  'refresh-facilitators': { everyMs: 30_000, budgetMs: 60_000, run: () => refreshSupported() },
  /** Forgets what was only verified, after a month. */
  'forget-verifications': { everyMs: 60_000, budgetMs: 10_000, run: forgetVerifications },
  /** Gives callers of the facilitator back what their settlements did not use. */
  'square-facilitations': { everyMs: 1_000, budgetMs: 10_000, due: toTrueUp, run: () => trueUpFacilitations() },
  /** Compares the books with the chain. */
  reconcile: { everyMs: 15_000, budgetMs: 30_000, due: isAtWork, run: reconcile },
  /** Adds what was sold lately to the sums that pages read. */
  'fold-sales': { everyMs: 30_000, budgetMs: 10_000, due: toFold, run: ({ isLate }) => foldSales(isLate) },
  /** Adds up again what running sums hold. */
  'check-sums': { everyMs: 24 * 60 * 60_000, budgetMs: 30 * 60_000, run: (ctx) => checkSums(ctx) },
  /** Gives events their place in the audit log, tells webhooks of them, and signs what the log holds. */
  'sequence-audit': {
    everyMs: 500,
    budgetMs: 10_000,
    due: toSequence,
    run: (_, budgetMs) => sequenceEvents(budgetMs, [fanOut]),
  },
  /** Writes a checkpoint of the audit log on chain, once a day. */
  'anchor-checkpoint': { everyMs: 60_000, budgetMs: 20_000, run: (ctx) => anchorDue(ctx) },
  /** Tells webhooks that no worker was woken for. */
  'deliver-webhooks': { everyMs: 1_000, budgetMs: 30_000, due: toDeliver, run: deliverDueWebhooks },
  /** Opens and resolves alerts. */
  'check-alerts': { everyMs: 5_000, budgetMs: 20_000, run: checkAlerts },
  /** Forgets answers that are no longer kept. */
  'forget-answers': { everyMs: 30_000, budgetMs: 5_000, run: () => forgetAnswers() },
  /** Forgets which sign-in messages of agents were used, once they have expired. */
  'forget-nonces': { everyMs: 60_000, budgetMs: 5_000, run: () => forgetNonces() },
  /** Forgets processes that died long ago. */
  'forget-processes': { everyMs: 60_000, budgetMs: 5_000, run: () => forgetProcesses() },
} as const satisfies Record<string, Task>

export type TaskName = keyof typeof tasks

export function isTaskName(name: string): name is TaskName {
  return Object.hasOwn(tasks, name)
}
