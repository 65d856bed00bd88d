import { Check, X } from 'lucide-react'
import Link from 'next/link'
import type { TransactionView } from '@/lib/execution'

/** What each rule of a policy said to a request. */
export function PolicyBody({ intent }: { intent: TransactionView.Intent }) {
  return (
    <div className="flex flex-col gap-1.5">
      {intent.policy && (
        <p className="text-xs text-muted-foreground">
          <Link href={`/policies/${intent.policy.id}`} className="rounded-sm text-brand hover:underline">
            Policy
          </Link>
          , version {intent.policy.version}
        </p>
      )}
      <ul className="flex flex-col gap-1 text-xs">
        {intent.rules.map(({ ok, detail }, at) => (
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
    </div>
  )
}
