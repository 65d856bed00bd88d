import { CircleCheck, CircleHelp, CircleX, type LucideIcon } from 'lucide-react'
import type { DirectoryPlace } from '@/lib/discovery'
import { Time } from '../time'
import { Panel } from '../panel'
import { cn } from '../ui/cn'

const states: Record<DirectoryPlace['state'], { icon: LucideIcon; label: string; className: string }> = {
  listed: { icon: CircleCheck, label: 'Listed', className: 'text-success' },
  absent: { icon: CircleX, label: 'Not listed', className: 'text-destructive' },
  unknown: { icon: CircleHelp, label: 'Not known', className: 'text-warning' },
}

/** The directories that list a resource now; undefined while they are being queried. */
export function ListingPlaces({ places }: { places: readonly DirectoryPlace[] | undefined }) {
  return (
    <Panel isRegion title="Where it is listed" description="Queried now, at most once a minute.">
      {places ? (
        <ul className="flex flex-col gap-3">
          {places.map((place) => (
            <PlaceItem key={place.url ?? place.name} place={place} />
          ))}
        </ul>
      ) : (
        <p role="status" className="text-muted-foreground">
          Asking the directories…
        </p>
      )}
    </Panel>
  )
}

function PlaceItem({ place: { name, url, state, at, detail } }: { place: DirectoryPlace }) {
  const { icon: Icon, label, className } = states[state]
  return (
    <li className="flex gap-2">
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', className)} />
      <div className="min-w-0">
        <p className="font-medium break-words">
          {url ? (
            <a href={url} rel="noreferrer" className="rounded-sm hover:underline">
              {name}
            </a>
          ) : (
            name
          )}
        </p>
        <p className="text-xs break-words text-muted-foreground">
          {label}. {detail}
          {at && (
            <>
              {' '}
              <Time at={at} />
            </>
          )}
        </p>
      </div>
    </li>
  )
}
