import type { PolicyVersionRow } from '@/lib/policies'
import { Address } from '../address'
import { Json } from '../code-block'
import { Time } from '../time'

const words: Record<string, string> = {
  'execution_policy.created': 'Made',
  'execution_policy.updated': 'Edited',
  'execution_policy.archived': 'Archived',
}

const fields: Record<string, string> = {
  name: 'name',
  contracts: 'what may be called',
  maxValueWei: 'value of one',
  maxFeeWei: 'fee of one',
  perDay: 'caps of a day',
  urgencies: 'urgency',
  submissions: 'submission',
  finality: 'from when its outcome counts',
  refund: 'refund',
}

/** Every version, newest first, from the audit trail. */
export function PolicyVersions({ versions }: { versions: readonly PolicyVersionRow[] }) {
  return (
    <ul className="divide-y border-t">
      {versions.map(({ seq, at, type, version, by, changes }) => (
        <li key={seq}>
          <details className="group">
            <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 hover:bg-muted/60 [&::-webkit-details-marker]:hidden">
              <span className="w-16 font-medium tabular-nums">Version {version}</span>
              <span>
                {words[type] ?? type}
                {type === 'execution_policy.updated' && (
                  <span className="text-muted-foreground">
                    :{' '}
                    {Object.keys(changes)
                      .map((field) => fields[field] ?? field)
                      .join(', ')}
                  </span>
                )}
              </span>
              <span className="ml-auto text-xs text-muted-foreground">
                <Time at={at} />
              </span>
            </summary>
            <div className="flex flex-col gap-3 px-4 pt-1 pb-4">
              {by && (
                <p className="text-xs text-muted-foreground">
                  By {by.startsWith('0x') ? <Address value={by} label="member" /> : by}
                </p>
              )}
              <Json value={changes} label={`Changes of version ${version}`} />
            </div>
          </details>
        </li>
      ))}
    </ul>
  )
}
