import { ChevronRight, CircleCheck, CircleX } from 'lucide-react'
import type { HeadReport } from '@/lib/gateway'
import { Panel } from '../panel'
import { cn } from '../ui/cn'

/** Colours of the groups, in order. */
const colors = ['bg-brand', 'bg-chart-2', 'bg-muted-foreground/50', 'bg-muted-foreground/20'] as const

const inBytes = (bytes: number) => bytes.toLocaleString('en')

/** The size of the head of a resource's 402, its parts, what moved to the body, and which proxies and clients accept it. */
export function HeadCard({ head: { bytes, budget, groups, left, takers } }: { head: HeadReport }) {
  const refusing = takers.filter(({ takes }) => !takes)
  return (
    <Panel
      isRegion
      title="Head of the 402"
      description="The bytes that every proxy and client must accept."
      actions={
        <span className="text-muted-foreground tabular-nums">
          <span className="font-semibold text-foreground">{inBytes(bytes)}</span> of {inBytes(budget)}
        </span>
      }
      contentClassName="flex flex-col gap-3"
    >
      <div aria-hidden className="flex h-2 overflow-hidden rounded-full bg-muted">
        {groups.map(({ name, bytes: own }, index) => (
          <span key={name} className={colors[index]} style={{ width: `${(100 * own) / budget}%` }} />
        ))}
      </div>
      <ul className="flex flex-col gap-1.5">
        {groups.map((group, index) => (
          <li key={group.name}>
            <GroupRow group={group} color={colors[index]} />
          </li>
        ))}
      </ul>
      {left.length > 0 && (
        <p className="text-xs text-muted-foreground">
          <span className="font-medium text-foreground">Moved to the body:</span> {left.join(', ')}.
        </p>
      )}
      <Takers takers={takers} refusing={refusing} />
    </Panel>
  )
}

type Props = { group: HeadReport['groups'][number]; color: string | undefined }

function GroupRow({ group: { name, bytes, parts }, color }: Props) {
  const row = (
    <>
      <span aria-hidden className={cn('size-2 shrink-0 rounded-full', color)} />
      <span className="min-w-0 truncate">{name}</span>
      {parts.length > 0 && (
        <ChevronRight
          aria-hidden
          className="size-3.5 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
        />
      )}
      <span className="flex-1" />
      <span className="tabular-nums">{inBytes(bytes)}</span>
    </>
  )
  if (parts.length === 0) return <div className="flex items-center gap-2">{row}</div>
  return (
    <details className="group">
      <summary className="flex cursor-pointer items-center gap-2 rounded-sm hover:text-brand">{row}</summary>
      <dl className="mt-1 mb-1.5 flex flex-col gap-0.5 pl-4 text-xs text-muted-foreground">
        {parts.map(({ name: part, bytes: own }) => (
          <div key={part} className="flex gap-2">
            <dt className="min-w-0 flex-1 break-words">{part}</dt>
            <dd className="tabular-nums">{inBytes(own)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function Takers({ takers, refusing }: { takers: HeadReport['takers']; refusing: HeadReport['takers'] }) {
  return (
    <div className="flex flex-col gap-3">
      {refusing.map((taker) => (
        <TakerRow key={taker.name} taker={taker} />
      ))}
      <details>
        <summary className="cursor-pointer rounded-sm text-muted-foreground hover:text-foreground">
          {refusing.length === 0
            ? 'Every listed proxy and client accepts it'
            : `${takers.length - refusing.length} others accept it with their default settings`}
        </summary>
        <ul className="mt-3 flex flex-col gap-3">
          {takers
            .filter(({ takes }) => takes)
            .map((taker) => (
              <li key={taker.name}>
                <TakerRow taker={taker} />
              </li>
            ))}
        </ul>
      </details>
    </div>
  )
}

function TakerRow({ taker: { name, kind, limit, takes, wayOut } }: { taker: HeadReport['takers'][number] }) {
  const Icon = takes ? CircleCheck : CircleX
  return (
    <div className="flex gap-2">
      <Icon
        role="img"
        aria-label={takes ? 'Accepts it' : 'Refuses it'}
        className={cn('mt-0.5 size-4 shrink-0', takes ? 'text-success' : 'text-destructive')}
      />
      <div className="min-w-0">
        <p className="font-medium">
          {name} <span className="font-normal text-muted-foreground">{kind}</span>
        </p>
        <p className="text-xs text-muted-foreground">
          Accepts {limit}.{!takes && wayOut ? ` ${wayOut}` : ''}
        </p>
      </div>
    </div>
  )
}
