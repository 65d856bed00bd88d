'use client'

import Link from 'next/link'
import { lazy, Suspense } from 'react'
import type { Outcome } from '../outcome'

// A list without filters has nothing to save, and loads none of it.
const SavedViewDialog = lazy(() =>
  import('./saved-view-dialog').then((module) => ({ default: module.SavedViewDialog })),
)

type Props = {
  views: readonly { id: string; name: string; href: string; isCurrent: boolean }[]
  /** The address of the shown list, without its path; empty without filters. */
  query: string
  save: (name: string, query: string) => Promise<Outcome<null>>
  remove: (id: string) => Promise<Outcome<null>>
}

/** The member's own views of a list: open one, save what is shown, delete the open one. */
export function SavedViews({ views, query, save, remove }: Props) {
  const current = views.find(({ isCurrent }) => isCurrent)
  return (
    <div role="group" aria-label="Saved views" className="flex flex-wrap items-center gap-1.5">
      {views.map(({ id, name, href, isCurrent }) => (
        <Link
          key={id}
          href={href}
          aria-current={isCurrent ? 'true' : undefined}
          className="max-w-40 truncate rounded-md border px-2 py-1 text-xs font-medium text-muted-foreground hover:bg-accent hover:text-foreground aria-[current]:bg-accent aria-[current]:text-foreground"
        >
          {name}
        </Link>
      ))}
      {(current !== undefined || query !== '') && (
        <Suspense>
          <SavedViewDialog current={current} query={query} save={save} remove={remove} />
        </Suspense>
      )}
    </div>
  )
}
