import {
  Archive,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleSlash,
  CircleX,
  Clock,
  Hourglass,
  Loader,
  type LucideIcon,
  Undo2,
} from 'lucide-react'
import { Badge, type Tone } from './ui/badge'

type Look = { word: string; icon: LucideIcon; tone: Tone }

const ok = (word: string): Look => ({ word, icon: CircleCheck, tone: 'success' })
const busy = (word: string, icon: LucideIcon = Loader): Look => ({ word, icon, tone: 'info' })
const bad = (word: string, icon: LucideIcon = CircleX): Look => ({ word, icon, tone: 'danger' })
const warn = (word: string, icon: LucideIcon = CircleAlert): Look => ({ word, icon, tone: 'warning' })
const quiet = (word: string, icon: LucideIcon = CircleSlash): Look => ({ word, icon, tone: 'neutral' })

const looks = {
  payment: {
    authorized: busy('Authorized', CircleDot),
    delivered: ok('Delivered'),
    voided: quiet('Not charged'),
    refund_due: warn('Refund due', Undo2),
    partly_refunded: quiet('Partly refunded', Undo2),
    refunded: quiet('Refunded', Undo2),
  },
  settlement: {
    none: quiet('Not sent', CircleDashed),
    pending: warn('Pending', Clock),
    partly: busy('Partly settled', CircleDot),
    settled: ok('Settled'),
    failed: bad('Failed'),
  },
  channel: {
    opening: busy('Opening'),
    open: ok('Open'),
    close_requested: warn('Close requested', Hourglass),
    closing: busy('Closing'),
    closed: quiet('Closed', CircleCheck),
    failed: bad('Not opened'),
  },
  channelSettlement: {
    pending: busy('Pending'),
    settled: ok('Settled'),
    failed: bad('Failed'),
  },
  transaction: {
    queued: quiet('Queued', Clock),
    signed: busy('Signed', CircleDot),
    submitted: busy('Submitted'),
    included: ok('Included'),
    safe: ok('Safe'),
    final: ok('Final'),
    reverted: bad('Reverted'),
    cancelled: quiet('Cancelled'),
    expired: quiet('Expired'),
    held: warn('On hold', CirclePause),
    failed: bad('Failed'),
  },
  /** A request to /verify or /settle. */
  facilitation: {
    valid: ok('Valid'),
    invalid: bad('Invalid'),
    settled: ok('Settled'),
    failed: bad('Failed'),
    pending: warn('Pending', Clock),
    refused: quiet('Refused'),
  },
  /** What a remote facilitator reported of a payment. */
  facilitatorCall: {
    sent: busy('Not answered yet', Clock),
    claimed: warn('Settled'),
    silent: warn('No answer', Hourglass),
    refused: quiet('Refused'),
  },
  batch: {
    submitted: busy('Submitted'),
    applied: ok('Applied'),
    failed: bad('Failed'),
  },
  refund: {
    due: warn('Due', Undo2),
    sent: busy('Sent'),
    paid: ok('Paid'),
    cancelled: quiet('Withdrawn'),
  },
  dispute: {
    warning_needs_response: warn('Bank asks', Hourglass),
    warning_under_review: busy('Inquiry under review', Clock),
    warning_closed: quiet('Inquiry closed', CircleCheck),
    needs_response: bad('Answer it', CircleAlert),
    under_review: busy('Under review', Clock),
    won: ok('Won'),
    lost: quiet('Lost'),
    prevented: quiet('Prevented', CircleCheck),
  },
  endpoint: {
    enabled: ok('On'),
    failing: warn('Failing'),
    disabled: quiet('Off', CirclePause),
    archived: quiet('Archived', Archive),
  },
  delivery: {
    waiting: busy('Waiting', Clock),
    delivered: ok('Delivered'),
    failed: bad('Failed'),
  },
  alert: {
    open: warn('Open'),
    resolved: quiet('Resolved', CircleCheck),
  },
  rpcEndpoint: {
    closed: ok('Healthy'),
    'half-open': warn('Being tried', Hourglass),
    open: bad('Not used now'),
    lying: bad('Wrong answers', CircleAlert),
    untold: quiet('Not known', CircleDashed),
  },
  key: {
    active: ok('Active'),
    expired: quiet('Expired', Hourglass),
    revoked: quiet('Revoked'),
  },
  policy: {
    used: ok('In use'),
    archived: quiet('Archived', CirclePause),
  },
  invitation: {
    open: busy('Open', Clock),
    accepted: ok('Accepted'),
    expired: quiet('Expired', Hourglass),
    revoked: quiet('Revoked'),
  },
  payoutChange: {
    waiting: warn('Waiting', Hourglass),
    applied: ok('Applied'),
    cancelled: quiet('Cancelled'),
  },
  resource: {
    draft: quiet('Draft', CircleDashed),
    live: ok('Live'),
    paused: warn('Paused', CirclePause),
    archived: quiet('Archived', Archive),
  },
} as const satisfies Record<string, Record<string, Look>>

export type StatusKind = keyof typeof looks

/** The words of a kind, in order, such as for a filter. */
export function statusOptions(kind: StatusKind): { value: string; label: string }[] {
  return Object.entries(looks[kind]).map(([value, look]) => ({ value, label: look.word }))
}

/** A state as icon and word, never by colour alone. */
export function Status({ kind, value, className }: { kind: StatusKind; value: string; className?: string }) {
  const look = (looks[kind] as Record<string, Look>)[value] ?? quiet(value, CircleDashed)
  return (
    <Badge tone={look.tone} {...(className !== undefined && { className })}>
      <look.icon aria-hidden />
      {look.word}
    </Badge>
  )
}
