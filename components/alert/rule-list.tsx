import type { RuleView } from '@/lib/alerts'
import { ActionSwitch } from '../form/action-button'
import type { Outcome } from '../outcome'
import { Badge } from '../ui/badge'

type Props = {
  rules: readonly RuleView[]
  editable: boolean
  setStatus: (id: string, enabled: boolean) => Promise<Outcome<null>>
}

/** Rules in words, each with its switch. */
export function RuleList({ rules, editable, setStatus }: Props) {
  return (
    <ul className="divide-y overflow-hidden rounded-lg border bg-card">
      {rules.map((rule) => (
        <li key={rule.id} className="flex items-start justify-between gap-4 px-4 py-3">
          <div className="min-w-0">
            <p className="font-medium">
              {rule.words}
              {rule.open > 0 && (
                <Badge tone="warning" className="ml-2">
                  {rule.open} open
                </Badge>
              )}
            </p>
            <p className="truncate text-xs text-muted-foreground">
              {rule.endpointUrl ? `Sent to ${rule.endpointUrl}` : 'Shown here only'}
            </p>
          </div>
          {editable ? (
            <ActionSwitch label={rule.words} enabled={rule.enabled} setStatus={setStatus.bind(null, rule.id)} />
          ) : (
            <Badge>{rule.enabled ? 'On' : 'Off'}</Badge>
          )}
        </li>
      ))}
    </ul>
  )
}
