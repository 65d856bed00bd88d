import { SearchX } from 'lucide-react'
import { Empty } from './empty'
import { ButtonLink } from './ui/button-link'

/** The page does not exist, or belongs to another merchant. Both look the same, so that ids cannot be probed. */
export function PageNotFound() {
  return (
    <div className="rounded-lg border bg-card">
      <h1 className="sr-only">Not found</h1>
      <Empty
        icon={SearchX}
        title="There is nothing at this address"
        action={
          <ButtonLink href="/" variant="outline">
            Go to the overview
          </ButtonLink>
        }
      >
        It may have been removed, or it belongs to another merchant.
      </Empty>
    </div>
  )
}
