import { cn } from '../ui/cn'

type Props = {
  /** A price in sentences, one in each line. */
  words: readonly string[]
  /** The sentences that the other version does not have. */
  marked?: readonly string[] | undefined
  className?: string
}

/** A price, sentence by sentence. */
export function PriceWords({ words, marked = [], className }: Props) {
  return (
    <ul className={cn('flex flex-col gap-0.5', className)}>
      {words.map((line) => (
        <li key={line} className="wrap-anywhere tabular-nums">
          {marked.includes(line) ? <mark className="rounded-xs bg-brand-soft px-1 text-foreground">{line}</mark> : line}
        </li>
      ))}
    </ul>
  )
}
