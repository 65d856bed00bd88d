import type { RuleView } from '@/lib/alerts'
import { ActionSwitch } from '../form/action-button'
import type { Outcome } from '../outcome'
import { Badge } from '../ui/badge'
import { ArchiveRule } from './archive-rule'

type Props = {
  rules: readonly RuleView[]
  editable: boolean
  isArchived: boolean
  setStatus: (id: string, enabled: boolean) => Promise<Outcome<null>>
  setArchived: (id: string, isArchived: boolean) => Promise<Outcome<null>>
}

/** Rules in words, each with its switch. */
export function RuleList({ rules, editable, isArchived, setStatus, setArchived }: Props) {
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
            <div className="flex items-center gap-2">
              {!rule.enabled && (
                <ArchiveRule words={rule.words} isArchived={isArchived} setArchived={setArchived.bind(null, rule.id)} />
              )}
              {!isArchived && (
                <ActionSwitch label={rule.words} enabled={rule.enabled} setStatus={setStatus.bind(null, rule.id)} />
              )}
            </div>
          ) : (
            <Badge>{rule.enabled ? 'On' : 'Off'}</Badge>
          )}
        </li>
      ))}
    </ul>
  )
}
