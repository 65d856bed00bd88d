import type { TimelineStep } from '@/lib/audit'
import { Amount } from '@/lib/money'
import type * as ChannelView from './ChannelView'

/** The history of a channel as one list of steps, from its opening transaction to its closing. Pure; all times ISO 8601. */

/** The facts that the list is made from, as the read verbs return them. */
export type ChannelTimelineFacts = {
  channel: ChannelView.ChannelDetail
  settlements: readonly ChannelView.ChannelSettlementView[]
  events: readonly { seq: string; type: string; at: string; data: unknown }[]
}

type Draft = Omit<TimelineStep, 'sinceMs' | 'detail' | 'hash'> & { detail?: string | null; hash?: string | null }

/** A longer list is cut in its middle; the audit trail has all of it. */
const stepsMax = 40

/** Steps in the order they happened, then future steps. */
export function from(facts: ChannelTimelineFacts): TimelineStep[] {
  const done = [
    ...openingSteps(facts),
    ...topUpSteps(facts),
    ...settlementSteps(facts),
    ...eventSteps(facts),
    ...closingSteps(facts),
  ]
    .filter((step): step is Draft & { at: string } => step.at !== null)
    .map((step, index) => ({ step, index }))
    .toSorted((a, b) => Date.parse(a.step.at) - Date.parse(b.step.at) || a.index - b.index)
    .map(({ step }) => step)
  const steps: Draft[] = [...cut(done), ...waitingSteps(facts)]
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

/** The state of the channel and its next step, a sentence each. */
export function story(channel: ChannelView.ChannelDetail): { now: string; next: string } {
  const atRisk = BigInt(channel.atRiskBase)
  const earned = money(channel, channel.atRiskBase)
  const settling = channel.isSettling ? 'A settlement is on its way.' : 'The schedule decides when it is paid out.'
  switch (channel.state) {
    case 'opening':
      return {
        now: 'The opening transaction was sent; its deposit was not found on chain yet.',
        next: 'Vouchers are accepted once the deposit is found.',
      }
    case 'open':
      return {
        now:
          atRisk > 0n
            ? `Open: ${earned} was delivered and is not paid out yet.`
            : channel.spentBase === '0'
              ? 'Open; nothing was bought yet.'
              : 'Open, and everything that was delivered is paid out.',
        next:
          channel.parkedReason === null
            ? settling
            : 'Its settlement waits for a better voucher, or for a person to act.',
      }
    case 'close_requested':
      return {
        now: isX402(channel)
          ? 'The payer started a withdrawal, so the channel can no longer pay.'
          : 'The payer requested a close on chain, so the channel can no longer pay.',
        next:
          atRisk > 0n
            ? `The settlement of the ${earned} that was delivered goes before all others; after the deadline the payer may withdraw it.`
            : 'Nothing is owed: after the deadline the payer may withdraw the rest.',
      }
    case 'closing':
      return {
        now: isX402(channel)
          ? 'The claim and the refund are on their way to the chain; until they are booked, the channel cannot pay.'
          : 'The closing transaction is on its way to the chain; the channel can no longer pay.',
        next: 'What was delivered is paid out, and the rest of the deposit goes back to the payer.',
      }
    case 'closed':
      return atRisk > 0n
        ? {
            now: `Closed. ${earned} was delivered and never paid.`,
            next: 'No further step: the channel has no deposit left.',
          }
        : {
            now: `Closed: ${money(channel, channel.settledBase)} was paid out${
              channel.refundedBase === null ? '' : ` and ${money(channel, channel.refundedBase)} went back to the payer`
            }.`,
            next: isX402(channel)
              ? 'No further step. A new deposit of the payer opens the channel again.'
              : 'No further step.',
          }
    case 'failed':
      return {
        now: `The channel never opened${channel.error === null ? '.' : `: ${channel.error}`}`,
        next: 'Nothing was charged. No further step.',
      }
  }
}

/** x402's escrow claims exact amounts, refunds and withdraws; the texts differ from Tempo's. */
function isX402({ protocol }: Pick<ChannelView.ChannelDetail, 'protocol'>): boolean {
  return protocol === 'x402'
}

function openingSteps({ channel }: ChannelTimelineFacts): Draft[] {
  const title = isX402(channel) ? 'Signed deposit sent' : 'Opening transaction sent'
  return [
    { key: 'opening', title, at: channel.createdAt, state: 'done' },
    { key: 'opened', title: 'Deposit found on chain', at: channel.openedAt, state: 'done' },
  ]
}

function closingSteps({ channel }: ChannelTimelineFacts): Draft[] {
  const { closedAt, refundedBase } = channel
  const detail = refundedBase && `${money(channel, refundedBase)} went back to the payer`
  const title = isX402(channel) ? 'Refunded' : 'Closed'
  return [{ key: 'closed', title, at: closedAt, state: 'done', detail }]
}

function topUpSteps({ channel }: ChannelTimelineFacts): Draft[] {
  return channel.topUps.flatMap((topUp): Draft[] => {
    const { transactionId, hash, createdAt, appliedAt, error } = topUp
    const detail = money(channel, topUp.amountBase)
    if (error !== null)
      return [{ key: `top-up-${transactionId}`, title: 'Top-up failed', at: createdAt, state: 'failed', detail: error }]
    return [
      { key: `top-up-${transactionId}`, title: 'Top-up sent', at: createdAt, state: 'done', detail, hash },
      { key: `topped-up-${transactionId}`, title: 'Top-up found on chain', at: appliedAt, state: 'done', detail },
    ]
  })
}

function settlementSteps({ channel, settlements }: ChannelTimelineFacts): Draft[] {
  return settlements
    .filter(({ status }) => status !== 'pending')
    .map((settlement) => ({
      key: `settlement-${settlement.id}`,
      title:
        settlement.status === 'failed'
          ? 'Settlement failed'
          : settlement.kind === 'close'
            ? isX402(channel)
              ? 'Claimed, paid out and refunded'
              : 'Paid out and closed'
            : isX402(channel)
              ? 'Claimed and paid out'
              : 'Paid out',
      at: settlement.appliedAt ?? settlement.createdAt,
      state: settlement.status === 'failed' ? 'failed' : 'done',
      detail:
        settlement.error ??
        (settlement.paidBase && `${money(channel, settlement.paidBase)}, because: ${settlement.reason}`),
      hash: settlement.hash,
    }))
}

const stepOfEvent: Record<string, { title: string; state: TimelineStep['state'] }> = {
  'channel.failed': { title: 'Opening failed, proven on chain', state: 'failed' },
  'channel.close_requested': { title: 'The payer requested a close', state: 'done' },
  'channel.close_cancelled': { title: 'The payer cancelled its close request', state: 'done' },
  'channel.closing': { title: 'Closing queued for execution', state: 'done' },
  'channel.handed_over': { title: 'Claim requested from a remote facilitator', state: 'done' },
  'channel.claimed': { title: 'Claimed by a remote facilitator', state: 'done' },
  'channel.refunded': { title: 'A part of the deposit went back to the payer', state: 'done' },
  'channel.reopened': { title: 'Opened again by a new deposit', state: 'done' },
  'channel.parked': { title: 'Due, but cannot be settled', state: 'failed' },
  'channel.released': { title: 'Reservation of a stopped process released', state: 'done' },
  'channel.reorged': { title: 'A reorganisation changed the state on chain', state: 'failed' },
}

const stepOfX402Event: Partial<typeof stepOfEvent> = {
  'channel.close_requested': { title: 'The payer started a withdrawal', state: 'done' },
  'channel.close_cancelled': { title: 'The payer’s withdrawal ended', state: 'done' },
  'channel.closing': { title: 'Claim and refund queued for execution', state: 'done' },
}

/** Steps that only the audit trail knows. */
function eventSteps({ channel, events }: ChannelTimelineFacts): Draft[] {
  return events.flatMap(({ seq, type, at, data }) => {
    const step = (isX402(channel) && stepOfX402Event[type]) || stepOfEvent[type]
    const { reason, txHash } = (data ?? {}) as { reason?: unknown; txHash?: unknown }
    const hash = typeof txHash === 'string' ? txHash : null
    return step ? [{ key: `event-${seq}`, ...step, at, detail: typeof reason === 'string' ? reason : null, hash }] : []
  })
}

function waitingSteps({ channel, settlements }: ChannelTimelineFacts): Draft[] {
  const waiting = (key: string, title: string, detail: string | null = null): Draft => ({
    key,
    title,
    at: null,
    state: 'waiting',
    detail,
  })
  const pending = settlements.find(({ status }) => status === 'pending')
  return [
    channel.state === 'opening' && waiting('will-open', 'Deposit found on chain'),
    pending &&
      waiting(
        'will-settle',
        pending.kind === 'close' ? 'Closed on chain' : 'Paid out on chain',
        `Because: ${pending.reason}`,
      ),
    channel.state === 'close_requested' &&
      waiting('deadline', 'The payer may withdraw', channel.closeDeadlineAt && `After ${utc(channel.closeDeadlineAt)}`),
  ].filter((step): step is Draft => step !== false && step !== undefined)
}

function cut(steps: readonly Draft[]): Draft[] {
  const [first] = steps
  if (!first || steps.length <= stepsMax) return [...steps]
  const left = steps.length - stepsMax
  const gap: Draft = {
    key: 'left-out',
    title: `${left.toLocaleString('en')} more steps`,
    at: steps[left]?.at ?? null,
    state: 'done',
    detail: 'The audit trail shows all of them',
  }
  return [first, gap, ...steps.slice(left + 1)]
}

function money({ token }: Pick<ChannelView.ChannelListRow, 'token'>, base: string): string {
  return Amount.formatDollars(BigInt(base), token.decimals)
}

function utc(at: string): string {
  return `${at.replace('T', ' ').slice(0, 19)} UTC`
}
