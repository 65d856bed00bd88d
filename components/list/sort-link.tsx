import { ArrowDown, ArrowUp } from 'lucide-react'
import Link from 'next/link'
import { cn } from '../ui/cn'

type Props = { label: string; href: string; isCurrent: boolean; isAscending: boolean }

/** The head of a column that orders the list; of the current column it reverses the order. */
export function SortLink({ label, href, isCurrent, isAscending }: Props) {
  const Arrow = isAscending ? ArrowUp : ArrowDown
  return (
    <Link
      href={href}
      scroll={false}
      className={cn('inline-flex items-center gap-1 rounded-sm hover:text-foreground', isCurrent && 'text-foreground')}
    >
      {label}
      {isCurrent && <Arrow aria-hidden className="size-3" />}
      {isCurrent && (
        <span className="sr-only">, sorted {isAscending ? 'upwards' : 'downwards'}; reverses the order</span>
      )}
    </Link>
  )
}
