import { ExternalLink } from 'lucide-react'
import Link from 'next/link'
import { CopyButton } from './copy-button'
import { cn } from './ui/cn'

type Props = {
  value: string
  /** What it is, for the copy button: "transaction hash", "address", "payment id". */
  label?: string
  /** A page of ours about it. */
  href?: string
  /** Its page in the network's block explorer; leave out on local chains. */
  explorerHref?: string
  /** Show all of it. */
  full?: boolean
  copy?: boolean
  className?: string
}

/** A hash or id: mono, cut in the middle, the whole of it in the title, for screen readers and for copying. */
export function Hash({ value, label = 'hash', href, explorerHref, full = false, copy = true, className }: Props) {
  const short = full ? value : middle(value)
  const text = (
    <span title={value} className={cn('font-mono text-xs', full ? 'break-all' : 'whitespace-nowrap')}>
      {short === value ? (
        value
      ) : (
        <>
          <span aria-hidden>{short}</span>
          <span className="sr-only">{value}</span>
        </>
      )}
    </span>
  )
  return (
    <span className={cn('inline-flex max-w-full items-center gap-0.5', className)}>
      {href ? (
        <Link href={href} className="rounded-sm text-brand underline-offset-4 hover:underline">
          {text}
        </Link>
      ) : (
        text
      )}
      {copy && <CopyButton value={value} label={label} />}
      {explorerHref && (
        <a
          href={explorerHref}
          target="_blank"
          rel="noreferrer"
          aria-label={`Open ${label} in the block explorer`}
          className="relative z-10 inline-flex size-6 items-center justify-center rounded-md text-muted-foreground hover:text-foreground"
        >
          <ExternalLink aria-hidden className="size-3.5" />
        </a>
      )}
    </span>
  )
}

/** "0x1234…cdef"; short values stay whole. */
function middle(value: string): string {
  const head = value.startsWith('0x') ? 6 : 8
  return value.length <= head + 7 ? value : `${value.slice(0, head)}…${value.slice(-4)}`
}
