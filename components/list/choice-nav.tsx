import Link from 'next/link'
import { cn } from '../ui/cn'

type Props = { label: string; choices: readonly { href: string; label: string; isCurrent: boolean }[] }

/** One of a few views of the same page, each with its own address. */
export function ChoiceNav({ label, choices }: Props) {
  return (
    <nav aria-label={label} className="flex w-fit max-w-full flex-wrap rounded-md border bg-card p-0.5">
      {choices.map((choice) => (
        <Link
          key={choice.href}
          href={choice.href}
          scroll={false}
          aria-current={choice.isCurrent ? 'true' : undefined}
          className={cn(
            'rounded-sm px-2.5 py-1 text-xs font-medium tabular-nums',
            choice.isCurrent ? 'bg-accent text-foreground' : 'text-muted-foreground hover:text-foreground',
          )}
        >
          {choice.label}
        </Link>
      ))}
    </nav>
  )
}
