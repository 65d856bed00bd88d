import type { LucideIcon } from 'lucide-react'
import { Empty } from '../empty'
import { ButtonLink } from '../ui/button-link'

type Props = { icon: LucideIcon; noun: string; path: string }

/** Instead of a list that its filters have emptied. */
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
      There is nothing that fits all of these filters.
    </Empty>
  )
}
