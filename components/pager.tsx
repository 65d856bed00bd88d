import { ButtonLink } from './ui/button-link'

type Props = {
  /** URL of the first page, when this is not it. */
  firstHref?: string | undefined
  /** URL of the page before, when there is one. */
  previousHref?: string | undefined
  /** URL of the next page, when there is one. */
  nextHref?: string | undefined
  /** "Showing 25 of 1,204". */
  summary?: string
}

/** Below a list that is read by cursor. */
export function Pager({ firstHref, previousHref, nextHref, summary }: Props) {
  if (!firstHref && !previousHref && !nextHref && !summary) return null
  return (
    <nav aria-label="Pages" className="mt-3 flex items-center justify-between gap-4">
      <p className="text-xs text-muted-foreground tabular-nums">{summary}</p>
      <div className="flex gap-2">
        {firstHref && (
          <ButtonLink href={firstHref} variant="outline" size="sm">
            First page
          </ButtonLink>
        )}
        {previousHref && (
          <ButtonLink href={previousHref} variant="outline" size="sm">
            Previous page
          </ButtonLink>
        )}
        {nextHref && (
          <ButtonLink href={nextHref} variant="outline" size="sm">
            Next page
          </ButtonLink>
        )}
      </div>
    </nav>
  )
}
