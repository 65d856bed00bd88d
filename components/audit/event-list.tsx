import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { EventRow } from '@/lib/audit'
import { Json } from '../code-block'
import { Time } from '../time'

const subjects = [
  ['paymentId', 'Payment', '/payments/'],
  ['channelId', 'Channel', '/channels/'],
  ['batchId', 'Batch', '/settlements/'],
  ['transactionId', 'Transaction', '/transactions/'],
  ['resourceId', 'Resource', '/resources/'],
] as const

type Props = {
  events: readonly EventRow[]
  format?: 'relative' | 'absolute'
  /** Shown below the data of an event. */
  more?: (event: EventRow) => ReactNode
}

/** Events, each of which expands to its whole record. Works without JavaScript. */
export function EventList({ events, format = 'relative', more }: Props) {
  return (
    <ul className="divide-y">
      {events.map((event) => (
        <li key={event.seq}>
          <details className="group">
            <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 hover:bg-muted/60 [&::-webkit-details-marker]:hidden">
              <ChevronRight
                aria-hidden
                className="size-3.5 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
              />
              <span className="font-mono text-xs">{event.type}</span>
              <span className="text-muted-foreground max-md:hidden">{event.meaning}</span>
              <span className="ml-auto text-xs text-muted-foreground">
                {event.actor.kind} {short(event.actor.id)} · <Time at={event.at} format={format} />
              </span>
            </summary>
            <div className="flex flex-col gap-3 px-4 pt-1 pb-4 sm:pl-10">
              <p className="text-muted-foreground md:hidden">{event.meaning}</p>
              <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted-foreground">
                <span>
                  Position <span className="text-foreground tabular-nums">{event.seq}</span>
                </span>
                {event.index !== null && (
                  <span>
                    Leaf <span className="text-foreground tabular-nums">{event.index}</span>
                  </span>
                )}
                {subjects.map(([key, label, path]) => {
                  const id = event[key]
                  return (
                    id && (
                      <span key={key}>
                        {label}{' '}
                        <Link href={`${path}${id}`} className="rounded-sm font-mono text-brand hover:underline">
                          {id.slice(0, 8)}
                        </Link>
                      </span>
                    )
                  )
                })}
                {event.actor.requestId && (
                  <span>
                    Request <span className="font-mono text-foreground">{event.actor.requestId.slice(0, 8)}</span>
                  </span>
                )}
              </p>
              <Json value={{ actor: event.actor, data: event.data }} label={`Data of event ${event.seq}`} />
              {more?.(event)}
            </div>
          </details>
        </li>
      ))}
    </ul>
  )
}

function short(id: string): string {
  return /^0x[0-9a-f]{40}$/i.test(id) ? `${id.slice(0, 6)}…${id.slice(-4)}` : id
}
