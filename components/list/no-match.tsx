import type { LucideIcon } from 'lucide-react'
import { Empty } from '../empty'
import { ButtonLink } from '../ui/button-link'

type Props = { icon: LucideIcon; noun: string; path: string }

/** Shown instead of a list if nothing matches its filters. */
export function NoMatch({ icon, noun, path }: Props) {
  return (
    <Empty
      icon={icon}
      title={`No ${noun} match`}
      action={
        <ButtonLink href={path} variant="outline">
          Clear the filters
        </ButtonLink>
      }
    >
      Nothing matches all of these filters.
    </Empty>
  )
}
