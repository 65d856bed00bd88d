import { CircleAlert } from 'lucide-react'
import Link from 'next/link'

/** Lists the parts of the URL that are not valid and were ignored. */
export function IgnoredHint({ ignored, href }: { ignored: readonly string[]; href: string }) {
  if (ignored.length === 0) return null
  return (
    <p
      role="status"
      className="mb-3 flex flex-wrap items-center gap-x-2 gap-y-1 rounded-md bg-warning-soft px-3 py-2 text-xs text-warning"
    >
      <CircleAlert aria-hidden className="size-3.5 shrink-0" />
      <span>Not valid, and ignored:</span>
      {ignored.map((text) => (
        <code key={text} className="font-mono break-all">
          {text}
        </code>
      ))}
      <Link href={href} className="ml-auto rounded-sm underline underline-offset-2">
        Remove from the address
      </Link>
    </p>
  )
}
