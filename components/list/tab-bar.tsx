import Link from 'next/link'
import { cn } from '../ui/cn'

export type ListTab = { href: string; label: string; count: string; isCurrent: boolean }

/** Views of a list with their numbers, each with its own address. */
export function TabBar({ label, tabs }: { label: string; tabs: readonly ListTab[] }) {
  return (
    <nav aria-label={label} className="mb-3 flex gap-4 overflow-x-auto border-b" tabIndex={-1}>
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          href={tab.href}
          scroll={false}
          aria-current={tab.isCurrent ? 'page' : undefined}
          className={cn(
            '-mb-px flex items-baseline gap-1.5 border-b-2 px-0.5 py-2 whitespace-nowrap focus-visible:-outline-offset-2',
            tab.isCurrent
              ? 'border-foreground font-medium text-foreground'
              : 'border-transparent text-muted-foreground hover:text-foreground',
          )}
        >
          {tab.label} <span className="text-xs text-muted-foreground tabular-nums">{tab.count}</span>
        </Link>
      ))}
    </nav>
  )
}
