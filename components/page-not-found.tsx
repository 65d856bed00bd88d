import { SearchX } from 'lucide-react'
import { Empty } from './empty'
import { ButtonLink } from './ui/button-link'

/** There is nothing here, or it belongs to somebody else: the two are not told apart. */
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
        It may have been removed, or it belongs to somebody else.
      </Empty>
    </div>
  )
}
