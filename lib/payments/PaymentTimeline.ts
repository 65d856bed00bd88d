import type { TimelineStep } from '@/lib/audit'
import type { SettlementState, PaymentStatus } from './Payment'
import * as RailWords from './RailWords'
import * as RefundTimeline from './RefundTimeline'

/** The history of a payment as one list of steps, from the challenge to the final block. Pure; all times ISO 8601. */

/** The facts that the list is made from, as the read verbs return them. */
export type PaymentTimelineFacts = {
  payment: {
    status: PaymentStatus
    settlement: SettlementState
    when: 'before' | 'after'
    wire: string
    quotedAt: string
    createdAt: string
    upstreamStatus: number | null
    upstreamStartedAt: string | null
    upstreamEndedAt: string | null
    settledAt: string | null
    deliveredAt: string | null
    txHash: string | null
    reason: string | null
    refunds: readonly RefundTimeline.RefundTimelineFacts[]
  }
  batch: { createdAt: string; form: string; size: number } | null
  transaction: {
    status: string
    createdAt: string
    simulation: Record<string, unknown> | null
    kind: string
    hash: string | null
    blockNumber: string | null
    includedAt: string | null
    safeAt: string | null
    finalAt: string | null
    error: string | null
    heldReason: string | null
    attemptList: readonly {
      seq: number
      hash: string
      signedAt: string
      firstBroadcastAt: string | null
      broadcasts: number
      answer: string | null
    }[]
  } | null
  events: readonly { type: string; at: string; data: unknown }[]
  /** The transactions that the payment bought, in order; absent if a URL was called. */
  actions?: readonly BoughtTransaction[]
}

/** One transaction that a payment bought. */
export type BoughtTransaction = {
  id: string
  status: string
  createdAt: string
  submittedAt: string | null
  includedAt: string | null
  finalAt: string | null
  hash: string | null
  error: string | null
}

type Draft = Omit<TimelineStep, 'sinceMs' | 'detail' | 'hash'> & { detail?: string | null; hash?: string | null }

/** Steps in the order they happened, then future steps. */
export function from(facts: PaymentTimelineFacts): TimelineStep[] {
  const done = [...paymentSteps(facts), ...transactionSteps(facts), ...actionSteps(facts), ...eventSteps(facts)]
    .filter((step): step is Draft & { at: string } => step.at !== null)
    .map((step, index) => ({ step, index, atMs: orderMs(step, facts) }))
    // Times in milliseconds can tie; then the order of the list counts.
    .toSorted((a, b) => a.atMs - b.atMs || a.index - b.index)
    .map(({ step }) => step)
    .map(markConsequence)
  const steps: Draft[] = [...done, ...waitingSteps(facts)]
  return steps.map((step, index) => {
    const before = steps[index - 1]?.at
    return {
      ...step,
      detail: step.detail ?? null,
      hash: step.hash ?? null,
      sinceMs: step.at && before ? Math.max(0, Date.parse(step.at) - Date.parse(before)) : null,
    }
  })
}

const causes = /^(simulated|included|upstream-answered|transaction\.(failed|expired)|payment\.settlement_failed)/
const consequences = /^(voided|transaction\.(failed|expired)|payment\.settlement_failed)/

/** One cause is one cross: what a failed step brought about says so, and does not repeat its reason. */
function markConsequence(step: Draft, index: number, steps: readonly Draft[]): Draft {
  if (step.state !== 'failed' || !consequences.test(step.key)) return step
  const cause = steps.slice(0, index).find(({ key, state }) => state === 'failed' && causes.test(key))
  if (!cause) return step
  const isSaid = reasonOf(step) !== '' && reasonOf(cause).includes(reasonOf(step))
  return { ...step, state: 'follows', ...(isSaid && { detail: null }) }
}

/** Without the words in front of it: "Would fail: no balance" and "The simulation reverted: no balance" have one reason. */
function reasonOf({ detail }: Draft): string {
  return (detail ?? '').replace(/^(Would fail|The simulation reverted): /, '').replace(/[.\s]+$/, '')
}

/** These times come from several clocks: an effect never stands before its cause, even if the clocks differ. */
function orderMs(step: { key: string; at: string }, { payment, transaction }: PaymentTimelineFacts): number {
  const atMs = Date.parse(step.at)
  if (step.key !== 'settled' && step.key !== 'delivered') return atMs
  const justAfter = (cause: string | null | undefined) => Date.parse(cause ?? step.at) + 0.1
  const settledMs = Math.max(atMs, justAfter(transaction?.includedAt))
  return step.key === 'settled' ? settledMs : Math.max(settledMs, justAfter(payment.settledAt)) + 0.1
}

/** The state of the payment and its next step, a sentence each. */
export function story({ payment, transaction, actions = [] }: PaymentTimelineFacts): { now: string; next: string } {
  const final = transaction?.finalAt != null
  const words = RailWords.wordsOf(payment.wire)
  const refunded = RefundTimeline.story(payment.refunds, { isAll: payment.status !== 'delivered' })
  if (refunded) return refunded
  if (payment.status === 'delivered' && actions.length > 0) return storyOfActions(actions)
  switch (payment.status) {
    case 'refund_due':
    case 'refunded':
    case 'delivered':
      return {
        now: `Paid and delivered: the money is ${words.place} and the agent has its answer.`,
        next:
          words.after ??
          (final ? 'No further step: its block is final.' : 'Its block becomes final. Sluice checks it until then.'),
      }
    case 'voided':
      return {
        now: payment.reason ? sentence(`Not charged: ${payment.reason}`) : 'Not charged.',
        next: 'This credential is not accepted again. To buy, the agent asks for a new 402 and signs anew.',
      }
    case 'authorized':
      return underWay(payment, transaction)
  }
}

/** With one full stop: reasons come with and without. */
function sentence(text: string): string {
  return /[.!?]$/.test(text.trimEnd()) ? text.trimEnd() : `${text.trimEnd()}.`
}

function storyOfActions(actions: readonly BoughtTransaction[]): { now: string; next: string } {
  if (actions.some(({ error, status }) => error !== null && hasEnded(status)))
    return {
      now: 'Paid, but its action failed at least in part.',
      next: 'The policy of the action decides whether the price is refunded.',
    }
  return actions.every(({ includedAt }) => includedAt !== null)
    ? { now: 'Paid, and its action is on chain.', next: 'Its blocks become final. Sluice checks them until then.' }
    : {
        now: 'Paid, and its action is on its way to the chain.',
        next: 'It is included; if it fails, its policy decides whether the price is refunded.',
      }
}

function hasEnded(status: string): boolean {
  return ['final', 'reverted', 'cancelled', 'expired', 'failed'].includes(status)
}

function underWay(
  payment: PaymentTimelineFacts['payment'],
  transaction: PaymentTimelineFacts['transaction'],
): { now: string; next: string } {
  if (payment.settlement === 'settled')
    return {
      now: `The money is ${RailWords.wordsOf(payment.wire).place}; the answer is not delivered yet.`,
      next: 'The upstream’s answer is delivered, or a refund becomes due.',
    }
  if (payment.settlement === 'pending')
    return {
      now:
        transaction?.heldReason != null
          ? sentence(`The settlement is held: ${transaction.heldReason}`)
          : RailWords.wordsOf(payment.wire).open,
      next: 'Sluice tracks it until the outcome is proved. The agent may repeat its request and is not charged twice.',
    }
  if (payment.when === 'after' && payment.upstreamEndedAt === null)
    return {
      now: 'The credential is claimed and the upstream is being called.',
      next: 'The payment is settled after the answer.',
    }
  return {
    now: 'The credential is claimed; no money has moved.',
    next: 'The settlement is sent, or the payment is voided.',
  }
}

function paymentSteps({ payment, batch, events, actions = [] }: PaymentTimelineFacts): Draft[] {
  const isAction = actions.length > 0
  const find = (type: string) => events.find((event) => event.type === type)?.at ?? null
  const failed = payment.upstreamStatus !== null && payment.upstreamStatus >= 500
  return [
    {
      key: 'challenged',
      title: 'Challenged',
      at: payment.quotedAt,
      state: 'done',
      detail: 'The 402 with this price was sent',
    },
    {
      key: 'claimed',
      title: 'Claimed',
      at: payment.createdAt,
      state: 'done',
      detail: `Credential verified (${payment.wire})`,
    },
    { key: 'held', title: 'Money held', at: find('payment.authorised'), state: 'done', detail: 'Not taken yet' },
    { key: 'upstream-called', title: 'Upstream called', at: payment.upstreamStartedAt, state: 'done' },
    {
      key: 'upstream-answered',
      title: 'Upstream answered',
      at: isAction ? null : payment.upstreamEndedAt,
      state: failed ? 'failed' : 'done',
      detail: payment.upstreamStatus === null ? null : `HTTP ${payment.upstreamStatus}`,
    },
    {
      key: 'settling',
      title: RailWords.wordsOf(payment.wire).settling,
      at: find('payment.settling') ?? batch?.createdAt ?? null,
      state: 'done',
      detail: batch && (batch.size > 1 ? `Batch of ${batch.size} payments` : 'Alone'),
    },
    {
      key: 'settled',
      title: payment.txHash === null ? 'No transfer was needed' : RailWords.wordsOf(payment.wire).settled,
      at: payment.settledAt,
      state: 'done',
      hash: payment.txHash,
    },
    {
      key: 'delivered',
      title: 'Delivered',
      at: payment.deliveredAt,
      state: 'done',
      detail: isAction ? 'Its action is queued, and the agent can track it' : 'The agent has its answer',
    },
    { key: 'voided', title: 'Not charged', at: find('payment.voided'), state: 'failed', detail: payment.reason },
    { key: 'released', title: 'Hold released', at: find('payment.authorisation_released'), state: 'done' },
    ...RefundTimeline.steps(payment.refunds).done,
  ]
}

function transactionSteps({ transaction, events }: PaymentTimelineFacts): Draft[] {
  if (!transaction) return []
  const simulation = transaction.simulation
  const simulatedAt = events.find((event) => event.type === 'transaction.simulated')?.at ?? null
  return [
    {
      key: 'simulated',
      title: 'Simulated',
      at: simulatedAt,
      state: simulation?.['ok'] === false ? 'failed' : 'done',
      detail: simulated(simulation),
    },
    ...transaction.attemptList.flatMap((attempt): Draft[] => [
      {
        key: `signed-${attempt.seq}`,
        title:
          transaction.kind === 'raw'
            ? 'Stored, signed by the payer'
            : attempt.seq === 1
              ? 'Signed'
              : 'Replaced with higher fees',
        at: attempt.signedAt,
        state: 'done',
        hash: attempt.hash,
      },
      {
        key: `broadcast-${attempt.seq}`,
        title: 'Broadcast',
        at: attempt.firstBroadcastAt,
        state: 'done',
        detail: attempt.broadcasts > 1 ? `Sent ${attempt.broadcasts} times` : null,
      },
    ]),
    {
      key: 'included',
      title: transaction.status === 'reverted' ? 'Included, reverted' : 'Included',
      at: transaction.includedAt,
      state: transaction.status === 'reverted' ? 'failed' : 'done',
      detail: transaction.blockNumber && `Block ${transaction.blockNumber}`,
      hash: transaction.hash,
    },
    { key: 'safe', title: 'Safe', at: transaction.safeAt, state: 'done' },
    {
      key: 'final',
      title: 'Final',
      at: transaction.finalAt,
      state: 'done',
      detail: 'Its block can no longer be undone',
    },
  ]
}

/** The steps of the transactions that the payment bought. */
function actionSteps({ actions = [] }: PaymentTimelineFacts): Draft[] {
  return actions.flatMap((action, index): Draft[] => {
    const name = actions.length > 1 ? `Action ${index + 1}` : 'Action'
    const isReverted = action.includedAt !== null && action.error !== null
    return [
      { key: `action-${index}-queued`, title: `${name} queued`, at: action.createdAt, state: 'done' },
      { key: `action-${index}-sent`, title: `${name} sent`, at: action.submittedAt, state: 'done' },
      {
        key: `action-${index}-included`,
        title: isReverted ? `${name} included, reverted` : `${name} included`,
        at: action.includedAt,
        state: isReverted ? 'failed' : 'done',
        detail: isReverted ? action.error : null,
        hash: action.hash,
      },
      {
        key: `action-${index}-final`,
        title: `${name} final`,
        at: action.finalAt,
        state: isReverted ? 'failed' : 'done',
      },
    ]
  })
}

function simulated(simulation: Record<string, unknown> | null): string | null {
  if (!simulation) return null
  if (simulation['ok'] === false) return `Would fail${simulation['reason'] ? `: ${String(simulation['reason'])}` : ''}`
  return simulation['gasUsed'] === undefined
    ? 'Would succeed'
    : `Would succeed with ${String(simulation['gasUsed'])} gas`
}

const stepOfEvent: Record<string, { title: string; state: TimelineStep['state'] }> = {
  'payment.settlement_failed': { title: 'Transfer failed, proven on chain', state: 'failed' },
  'payment.reorged': { title: 'Its transfer left the chain: booking reversed', state: 'failed' },
  'payment.refund_reorged': { title: 'The refund left the chain: booking reversed', state: 'failed' },
  'payment.refund_cancelled': { title: 'Requested refund withdrawn', state: 'done' },
  'payment.refund_failed': { title: 'The refund did not happen', state: 'failed' },
  'payment.captured': { title: 'Charged less than the signed maximum', state: 'done' },
  'transaction.reorged': { title: 'Its block left the chain', state: 'failed' },
  'transaction.held': { title: 'Held', state: 'failed' },
  'transaction.expired': { title: 'Expired', state: 'failed' },
  'transaction.failed': { title: 'Transaction failed', state: 'failed' },
}

/** Steps that only audit events record. */
function eventSteps({ events }: PaymentTimelineFacts): Draft[] {
  return events.flatMap((event, index): Draft[] => {
    const step = stepOfEvent[event.type]
    const data = (event.data ?? {}) as Record<string, unknown>
    const reason = data['reason'] ?? data['heldReason']
    return step
      ? [{ key: `${event.type}-${index}`, ...step, at: event.at, detail: typeof reason === 'string' ? reason : null }]
      : []
  })
}

/** Future steps in order, without those that can no longer happen. */
function waitingSteps({ payment, transaction, actions = [] }: PaymentTimelineFacts): Draft[] {
  const waiting = (key: string, title: string): Draft => ({ key, title, at: null, state: 'waiting' })
  const { status, settlement } = payment
  const steps: (Draft | false)[] = []
  if (status === 'authorized') {
    const answer = payment.upstreamEndedAt === null && waiting('upstream-answered', 'Upstream answers')
    const money = [
      settlement === 'none' && waiting('settling', 'Handed to settlement'),
      settlement !== 'settled' && waiting('included', 'Included'),
    ]
    steps.push(
      ...(payment.when === 'after' ? [answer, ...money] : [...money, answer]),
      waiting('delivered', 'Delivered'),
    )
  }
  steps.push(...RefundTimeline.steps(payment.refunds).waiting)
  const watched = transaction && ['included', 'safe'].includes(transaction.status)
  if (watched || (status === 'authorized' && settlement !== 'failed')) {
    steps.push(!transaction?.safeAt && waiting('safe', 'Safe'), waiting('final', 'Final'))
  }
  actions.forEach(({ status, includedAt, finalAt }, index) => {
    if (hasEnded(status)) return
    const name = actions.length > 1 ? `Action ${index + 1}` : 'Action'
    steps.push(
      includedAt === null && waiting(`action-${index}-included`, `${name} included`),
      finalAt === null && waiting(`action-${index}-final`, `${name} final`),
    )
  })
  return steps.filter((step) => step !== false)
}
