import { Pencil } from 'lucide-react'
import { NetworkName } from '../network-name'
import { ButtonLink } from '../ui/button-link'

export type ScheduleRow = { network: string; name: string; schedule: string; limits: string; isDefault: boolean }

/** The settlement schedule of each network, in words. */
export function Schedules({ rows, editable }: { rows: readonly ScheduleRow[]; editable: boolean }) {
  return (
    <ul className="divide-y overflow-hidden rounded-lg border bg-card">
      {rows.map((row) => (
        <li key={row.network} className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 p-4">
          <div className="flex min-w-0 max-w-3xl flex-col gap-1">
            <p className="font-medium">
              <NetworkName network={row.network} name={row.name} />
              {row.isDefault && <span className="ml-2 text-xs font-normal text-muted-foreground">defaults</span>}
            </p>
            <p>{row.schedule}</p>
            <p className="text-muted-foreground">{row.limits}</p>
          </div>
          {editable && (
            <ButtonLink href={`/settlements/schedule/${encodeURIComponent(row.network)}`} variant="outline" size="sm">
              <Pencil aria-hidden /> Edit schedule
            </ButtonLink>
          )}
        </li>
      ))}
    </ul>
  )
}
