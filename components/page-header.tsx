import type { ReactNode } from 'react'
import { Breadcrumb, type Crumb } from './ui/breadcrumb'

type Props = {
  title: ReactNode
  description?: ReactNode
  /** The breadcrumbs; left out on top-level pages. */
  crumbs?: readonly Crumb[]
  /** Beside the title: a status, an id. */
  meta?: ReactNode
  actions?: ReactNode
}

/** The head of every page: breadcrumbs, its one h1, and its actions. */
export function PageHeader({ title, description, crumbs, meta, actions }: Props) {
  return (
    <header className="mb-5 flex flex-col gap-2">
      {crumbs && <Breadcrumb crumbs={crumbs} />}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-xl wrap-anywhere font-semibold tracking-tight">{title}</h1>
          {meta}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {description && (
        <p
          className="line-clamp-2 max-w-2xl wrap-anywhere text-muted-foreground"
          {...(typeof description === 'string' && { title: description })}
        >
          {description}
        </p>
      )}
    </header>
  )
}
