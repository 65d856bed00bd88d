import Link from 'next/link'
import type { DeliveryDetail } from '@/lib/webhooks'
import { Facts } from '../facts'
import { Hash } from '../hash'
import { Time } from '../time'

/** The facts of a delivery: event, receiver and subject. */
export function DeliveryFacts({ delivery }: { delivery: DeliveryDetail }) {
  const { id, url, subject, transactionId, createdAt, deliveredAt, dueAt, attempts } = delivery
  return (
    <Facts
      facts={[
        { label: 'webhook-id', value: <Hash value={id} label="webhook id" /> },
        { label: 'Sent to', value: <span className="font-mono text-xs break-all">{url}</span> },
        { label: 'About', value: <Subject subject={subject} transactionId={transactionId} /> },
        { label: 'Made', value: <Time at={createdAt} format="absolute" /> },
        deliveredAt !== null && { label: 'Taken', value: <Time at={deliveredAt} format="absolute" /> },
        dueAt !== null && { label: attempts === 0 ? 'First try' : 'Next try', value: <Time at={dueAt} /> },
      ]}
    />
  )
}

function Subject({ subject, transactionId }: { subject: string; transactionId: string | null }) {
  const href = hrefOf(subject, transactionId)
  const words = subject.length > 40 ? `${subject.slice(0, 24)}…${subject.slice(-4)}` : subject
  if (!href) return <span className="font-mono text-xs">{words}</span>
  return (
    <Link href={href} className="font-mono text-xs text-brand hover:underline">
      {words}
    </Link>
  )
}

function hrefOf(subject: string, transactionId: string | null): string | undefined {
  if (transactionId !== null) return `/transactions/${transactionId}`
  const [group = '', id = ''] = subject.split(':')
  const pages: Record<string, string> = {
    payment: `/payments/${id}`,
    channel: `/channels/${id}`,
    batch: `/settlements/${id}`,
    alert: '/alerts',
  }
  return pages[group]
}
