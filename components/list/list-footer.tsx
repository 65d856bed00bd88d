import Link from 'next/link'
import { Pager } from '../pager'
import { cn } from '../ui/cn'

type Props = {
  /** The number of rows on this page, and of all matches, also in words because the count stops at a limit. */
  shown: number
  total: number
  of: string
  /** The noun: "payments". */
  noun: string
  firstHref?: string | undefined
  previousHref?: string | undefined
  nextHref?: string | undefined
  sizes: readonly { size: number; href: string; current: boolean }[]
}

/** Below a list: the counts, the links to the next and previous page, and the page size. */
export function ListFooter({ shown, total, of, noun, firstHref, previousHref, nextHref, sizes }: Props) {
  if (total === 0) return null
  const smallest = sizes[0]?.size ?? 0
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6">
      <div className="mt-3 flex h-7 items-center gap-4 text-xs text-muted-foreground tabular-nums">
        <p>
          {shown.toLocaleString('en')} of {of} {noun}
        </p>
        {total > smallest && (
          <nav aria-label="Rows per page" className="flex items-center gap-1">
            <span className="max-sm:sr-only">Rows</span>
            {sizes.map(({ size, href, current }) => (
              <Link
                key={size}
                href={href}
                scroll={false}
                aria-current={current ? 'true' : undefined}
                className={cn('rounded-sm px-1 py-1 hover:text-foreground', current && 'font-medium text-foreground')}
              >
                {size}
              </Link>
            ))}
          </nav>
        )}
      </div>
      <Pager firstHref={firstHref} previousHref={previousHref} nextHref={nextHref} />
    </div>
  )
}
