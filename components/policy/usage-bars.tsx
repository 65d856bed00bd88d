import { cn } from '../ui/cn'
import { Gas } from '../gas'

/** One cap and how much of it is used today: wei as decimal strings, or counts if there is no symbol. */
export type CapUse = { label: string; used: string; cap: string; symbol?: string }

export type SubjectUse = { key: string; title: string; network: string; uses: readonly CapUse[] }

/** Today's use of each cap, as bars with their figures. */
export function UsageBars({ subjects }: { subjects: readonly SubjectUse[] }) {
  return (
    <ul className="flex flex-col divide-y">
      {subjects.map(({ key, title, network, uses }) => (
        <li key={key} className="py-3 first:pt-0 last:pb-0">
          <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-3">
            <p className="min-w-0 truncate font-medium">{title}</p>
            <p className="text-xs text-muted-foreground">{network}</p>
          </div>
          <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-3">
            {uses.map((use) => (
              <Bar key={use.label} {...use} />
            ))}
          </dl>
        </li>
      ))}
    </ul>
  )
}

function Bar({ label, used, cap, symbol }: CapUse) {
  const percent = share(BigInt(used), BigInt(cap))
  const look = percent >= 100 ? 'bg-destructive' : percent >= 80 ? 'bg-warning' : 'bg-chart-1'
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted-foreground">{label}</dt>
      <dd>
        <span aria-hidden className="my-1.5 block h-1.5 overflow-hidden rounded-full bg-muted">
          <span className={cn('block h-full rounded-full', look)} style={{ width: `${percent}%` }} />
        </span>
        <span className="flex flex-wrap items-baseline justify-between gap-x-2 text-xs">
          <Figure value={used} symbol={symbol} />
          <span className="text-muted-foreground">
            of <Figure value={cap} symbol={symbol} />
          </span>
        </span>
      </dd>
    </div>
  )
}

function Figure({ value, symbol }: { value: string; symbol: string | undefined }) {
  if (symbol !== undefined) return <Gas wei={value} symbol={symbol} inCoins />
  return <span className="tabular-nums">{Number(value).toLocaleString('en')}</span>
}

/** Percent for a width only, at least a sliver for any use. Figures that people read are exact. */
function share(used: bigint, cap: bigint): number {
  if (used === 0n) return 0
  if (used >= cap) return 100
  return Math.max(1, Number((used * 100n) / cap))
}
