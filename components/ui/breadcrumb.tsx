import { ChevronRight } from 'lucide-react'
import { IntentLink } from '../intent-link'
import type { ReactNode } from 'react'

export type Crumb = { label: ReactNode; href?: string }

/** Where this page stands; the last crumb is the page itself. */
export function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb">
      <ol className="flex flex-wrap items-center gap-1 text-xs text-muted-foreground">
        {crumbs.map((crumb, index) => (
          <li key={index} className="flex items-center gap-1">
            {index > 0 && <ChevronRight aria-hidden className="size-3" />}
            {crumb.href ? (
              <IntentLink href={crumb.href} className="rounded-sm hover:text-foreground">
                {crumb.label}
              </IntentLink>
            ) : (
              <span aria-current="page" className="text-foreground">
                {crumb.label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
