import { ExternalLink } from 'lucide-react'
import { IntentLink } from './intent-link'
import { CopyButton } from './copy-button'
import { cn } from './ui/cn'

type Props = {
  value: string
  /** Its name, for the copy button: "transaction hash", "address", "payment id". */
  label?: string
  /** Its page in the dashboard. */
  href?: string
  /** Its page in the network's block explorer. */
  explorerHref?: string
  /** Show it unshortened. */
  full?: boolean
  copy?: boolean
  className?: string
}

/** A hash or id, shortened in the middle. The title, screen readers and the copy button have all of it. */
export function Hash({ value, label = 'hash', href, explorerHref, full = false, copy = true, className }: Props) {
  const short = full ? value : middle(value)
  const text = (
    <span title={value} className={cn('font-mono text-xs', full ? 'break-all' : 'whitespace-nowrap')}>
      {short === value ? (
        value
      ) : (
        <>
          <span aria-hidden className="print:hidden">
            {short}
          </span>
          <span className="sr-only print:not-sr-only print:break-all print:whitespace-normal">{value}</span>
        </>
      )}
    </span>
  )
  return (
    <span className={cn('inline-flex max-w-full items-center gap-0.5', className)}>
      {href ? (
        <IntentLink href={href} className="rounded-sm text-brand underline-offset-4 hover:underline">
          {text}
        </IntentLink>
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

/** "0x1234…cdef"; short values stay as they are. */
function middle(value: string): string {
  const head = value.startsWith('0x') ? 6 : 8
  return value.length <= head + 7 ? value : `${value.slice(0, head)}…${value.slice(-4)}`
}
