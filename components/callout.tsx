import type { LucideIcon } from 'lucide-react'
import { useId, type ReactNode } from 'react'

/** A problem on this page that a person should solve, with what helps. */
export function Callout({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="mb-4 flex gap-3 rounded-lg border border-warning/40 bg-warning-soft px-4 py-3 text-warning"
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-col gap-1">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {children}
      </div>
    </section>
  )
}
