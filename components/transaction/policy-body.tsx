import { Check, ChevronRight, X } from 'lucide-react'
import Link from 'next/link'
import type { TransactionView } from '@/lib/execution'

type Rules = TransactionView.IntentView['rules']

/** The decision of each rule of a policy. Rules that forbid the request are shown at once, the others on demand. */
export function PolicyBody({ intent }: { intent: TransactionView.IntentView }) {
  const forbids = intent.rules.filter(({ ok }) => !ok)
  const allows = intent.rules.filter(({ ok }) => ok)
  return (
    <div className="flex flex-col gap-1.5 text-xs">
      {forbids.length > 0 && <RuleList rules={forbids} />}
      <details className="group">
        <summary className="flex list-none flex-wrap items-center gap-x-1 rounded-sm text-muted-foreground hover:text-foreground [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
          {allows.length === 1 ? 'One rule allows it' : `${allows.length} rules and caps allow it`}
          {intent.policy && `, of version ${intent.policy.version}`}
        </summary>
        <div className="mt-1.5">
          <RuleList rules={allows} />
        </div>
      </details>
      {intent.policy && (
        <p>
          <Link href={`/policies/${intent.policy.id}`} className="rounded-sm text-brand hover:underline">
            The policy
          </Link>
        </p>
      )}
    </div>
  )
}

function RuleList({ rules }: { rules: Rules }) {
  return (
    <ul className="flex flex-col gap-1">
      {rules.map(({ ok, detail }, at) => (
        <li key={at} className="flex gap-1.5">
          {ok ? (
            <Check aria-label="Allowed" className="mt-0.5 size-3 shrink-0 text-success" />
          ) : (
            <X aria-label="Forbidden" className="mt-0.5 size-3 shrink-0 text-destructive" />
          )}
          <span className="min-w-0 wrap-anywhere">{detail}</span>
        </li>
      ))}
    </ul>
  )
}
