import type { ReactNode } from 'react'
import { cn } from './ui/cn'

export type Fact = { label: ReactNode; value: ReactNode }

type Props = { facts: readonly (Fact | false | null | undefined)[]; className?: string }

/** Facts as label and value, one in each line; false entries are left out. */
export function Facts({ facts, className }: Props) {
  return (
    <dl className={cn('divide-y text-sm', className)}>
      {facts.map(
        (fact, index) =>
          fact && (
            <div key={index} className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-0.5 py-1.5">
              <dt className="text-muted-foreground">{fact.label}</dt>
              <dd className="min-w-0 text-right wrap-anywhere">{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
