import type { TimelineStep } from '@/lib/audit'
import { Amount } from '@/lib/money'
import type { RefundKind, RefundSource, RefundStatus } from './Refund'

/** The refunds of a payment in its history. Pure; all times ISO 8601. */

export type RefundTimelineFacts = {
  id: string
  kind: RefundKind
  source: RefundSource
  status: RefundStatus
  reason: string
  amountBase: string
  token: { decimals: number; symbol: string }
  createdAt: string
  paidAt: string | null
  txHash: string | null
}

type Step = Pick<TimelineStep, 'key' | 'title' | 'at' | 'state'> & { detail?: string | null; hash?: string | null }

/** What happened, and then, with no time, what is still to come. */
export function steps(refunds: readonly RefundTimelineFacts[]): { done: Step[]; waiting: Step[] } {
  const open = refunds.filter(({ status }) => status === 'due' || status === 'sent')
  return {
    done: refunds.flatMap((refund): Step[] => [
      refund.kind === 'engine'
        ? { key: 'refund-due', title: 'Refund due', at: refund.createdAt, state: 'failed', detail: refund.reason }
        : {
            key: `refund-requested-${refund.id}`,
            title: `Refund of ${worth(refund)} requested`,
            at: refund.createdAt,
            state: 'done',
            detail: refund.reason,
          },
      {
        key: refund.kind === 'engine' ? 'refunded' : `refunded-${refund.id}`,
        title: refund.kind === 'engine' ? 'Refunded' : `Refunded ${worth(refund)}`,
        at: refund.paidAt,
        state: 'done',
        hash: refund.txHash,
      },
    ]),
    waiting: open.flatMap((refund): Step[] => {
      const what = refund.kind === 'engine' ? '' : ` ${worth(refund)}`
      const later = { at: null, state: 'waiting' as const }
      const sent = { key: `refund-sent-${refund.id}`, title: sentTitle(refund), ...later }
      const paid = { key: `refund-paid-${refund.id}`, title: `Refunded${what}`, ...later }
      return refund.status === 'due' ? [sent, paid] : [paid]
    }),
  }
}

/** The state of the refunds and their next step, a sentence each; undefined while there are none that count. */
export function story(
  refunds: readonly RefundTimelineFacts[],
  { isAll }: { isAll: boolean },
): { now: string; next: string } | undefined {
  const counted = refunds.filter(({ status }) => status !== 'cancelled')
  if (counted.length === 0) return undefined
  const open = counted.filter(({ status }) => status !== 'paid')
  if (counted.some(({ kind }) => kind === 'engine') && open.length > 0)
    return open.some(({ status }) => status === 'due')
      ? {
          now: 'The money moved, but no answer was delivered. A refund is due.',
          next: 'The refund is sent as soon as the refund wallet can pay it.',
        }
      : {
          now: 'The money moved, but no answer was delivered. The refund was sent.',
          next: 'The refund is booked when it is in a block.',
        }
  const how = isAll ? 'all of it' : 'a part of it'
  if (open.length === 0)
    return {
      now: isAll ? 'Refunded: the payer has its money back.' : 'Paid and delivered, and a part of it was refunded.',
      next: isAll ? 'No further step.' : 'The rest can still be refunded.',
    }
  return { now: `Paid and delivered, and ${how} goes back.`, next: nextOf(open) }
}

function nextOf(open: readonly RefundTimelineFacts[]): string {
  if (open.some(({ source, status }) => source === 'wallet' && status === 'due'))
    return 'Your wallet sends the refund, and Sluice books its transaction.'
  if (open.some(({ status }) => status === 'due')) return 'The refund is sent as soon as the refund wallet can pay it.'
  return 'The refund was sent, and is booked when the chain shows it.'
}

function sentTitle({ kind, source, ...refund }: RefundTimelineFacts): string {
  if (source === 'wallet') return `Your wallet sends ${worth(refund)}`
  return kind === 'engine' ? 'Refund sent' : `Refund of ${worth(refund)} sent`
}

function worth({ amountBase, token }: Pick<RefundTimelineFacts, 'amountBase' | 'token'>): string {
  return `${Amount.toDecimal(BigInt(amountBase), token.decimals)} ${token.symbol}`
}
