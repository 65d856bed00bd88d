'use client'

import { useRouter } from 'next/navigation'
import { Select } from '../ui/select'

type Props = {
  /** Revisions, newest first. */
  revisions: readonly number[]
  from: number
  to: number
  /** URL of the comparison page. */
  href: string
}

/** Chooses the two versions to compare. */
export function ComparePicker({ revisions, from, to, href }: Props) {
  const router = useRouter()
  const options = revisions.map((revision) => ({ value: String(revision), label: `Version ${revision}` }))
  const go = (next: { from: string; to: string }) =>
    router.push(`${href}?${new URLSearchParams(next).toString()}`, { scroll: false })
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        aria-label="Compare from"
        value={String(from)}
        options={options}
        onValueChange={(value) => go({ from: value, to: String(to) })}
        className="w-36"
      />
      <span className="text-muted-foreground">to</span>
      <Select
        aria-label="Compare to"
        value={String(to)}
        options={options}
        onValueChange={(value) => go({ from: String(from), to: value })}
        className="w-36"
      />
    </div>
  )
}
