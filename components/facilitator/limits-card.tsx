import type { CallerLimits } from '@/lib/facilitator'
import type { Outcome } from '../outcome'
import { Card, CardHeader } from '../ui/card'
import { LimitsDialog } from './limits-dialog'

type Choice = { value: string; label: string }

type Props = {
  keys: readonly { id: string; name: string; limits: CallerLimits.CallerLimitsInput }[]
  networks: readonly Choice[]
  assets: readonly Choice[]
  editable: boolean
  save: (keyId: string, input: CallerLimits.CallerLimitsInput) => Promise<Outcome<null>>
}

/** The limits of each key that may use the facilitator. */
export function LimitsCard({ keys, networks, assets, editable, save }: Props) {
  if (keys.length === 0) return null
  return (
    <Card className="mt-6">
      <CardHeader
        title="Facilitator limits"
        description="Limits for API keys with the scope facilitate. A day begins at midnight UTC."
      />
      <ul className="divide-y border-t">
        {keys.map(({ id, name, limits }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
            <div className="min-w-0">
              <p className="truncate font-medium">{name}</p>
              <p className="text-xs text-muted-foreground">
                {limits.requestsPerSecond} requests a second · ${Number(limits.dollarsPerDay).toLocaleString('en')} a
                day · {limits.gasPerDay} coins of gas a day and network · {scopeOf(limits)}
              </p>
            </div>
            {editable && (
              <LimitsDialog
                name={name}
                initial={limits}
                networks={networks}
                assets={assets}
                save={save.bind(null, id)}
              />
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function scopeOf({ networks, assets }: CallerLimits.CallerLimitsInput): string {
  const words = [
    networks.length > 0 && `${networks.length} ${networks.length === 1 ? 'network' : 'networks'}`,
    assets.length > 0 && `${assets.length} ${assets.length === 1 ? 'asset' : 'assets'}`,
  ]
  return words.filter(Boolean).join(', ') || 'every network and asset'
}
