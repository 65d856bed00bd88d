import { CircleCheck, CircleHelp, CircleX } from 'lucide-react'
import type { PurchaseCheck } from '@/lib/settlement'

const looks = {
  true: { icon: CircleCheck, word: 'Holds', className: 'text-success' },
  false: { icon: CircleX, word: 'Does not hold', className: 'text-destructive' },
  undefined: { icon: CircleHelp, word: 'Cannot be told', className: 'text-muted-foreground' },
}

/** What was compared with the chain, and how it came out. */
export function CheckList({ checks }: { checks: readonly PurchaseCheck[] }) {
  return (
    <div role="status">
      <ul className="flex flex-col gap-2">
        {checks.map(({ name, isTrue, detail }, index) => {
          const { icon: Icon, word, className } = looks[`${isTrue}`]
          return (
            <li key={index} className="flex gap-2 text-sm">
              <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${className}`} />
              <span className="min-w-0 wrap-anywhere">
                <span className="font-medium">
                  {name}: {word.toLowerCase()}.
                </span>{' '}
                {detail}
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
