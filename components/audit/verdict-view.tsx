import { Check, ShieldAlert, ShieldCheck, X } from 'lucide-react'
import { Verdict } from '@/lib/proof'
import { Facts } from '../facts'
import { Hash } from '../hash'
import { cn } from '../ui/cn'

/** The verifier's result: the verdict, what was checked, and the first bad leaf. */
export function VerdictView({ verdict, what }: { verdict: Verdict.Verdict; what: string }) {
  const { ok, kind, leaves, checkpoint, checks, firstBad } = verdict
  const Icon = ok ? ShieldCheck : ShieldAlert
  return (
    <section aria-label="Verdict" className="rounded-lg border bg-card">
      <div
        role="status"
        className={cn(
          'flex gap-3 rounded-t-lg border-b px-4 py-3',
          ok ? 'bg-success-soft text-success' : 'bg-destructive-soft text-destructive',
        )}
      >
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <div className="min-w-0 wrap-anywhere">
          <p className="font-semibold">{ok ? 'Verified' : 'Not verified'}</p>
          <p>
            {what}: {kind === 'unknown' ? 'nothing that can be checked' : `${kind}, ${Verdict.countLeaves(leaves)}`}
          </p>
          {firstBad && (
            <p className="mt-1">
              First bad: {Verdict.nameBad(firstBad)}: {firstBad.why}.
            </p>
          )}
        </div>
      </div>
      <ul className="flex flex-col gap-1.5 px-4 py-3">
        {checks.map(({ ok: holds, text }) => (
          <li key={text} className="flex gap-2">
            {holds ? (
              <Check aria-hidden className="mt-0.5 size-3.5 shrink-0 text-success" />
            ) : (
              <X aria-hidden className="mt-0.5 size-3.5 shrink-0 text-destructive" />
            )}
            <span className="min-w-0 wrap-anywhere">
              <span className="sr-only">{holds ? 'Holds: ' : 'Does not hold: '}</span>
              {text}
            </span>
          </li>
        ))}
      </ul>
      {checkpoint && (
        <Facts
          className="border-t px-4 py-1"
          facts={[
            { label: 'Log', value: checkpoint.origin },
            { label: 'Signed leaves', value: Number(checkpoint.size).toLocaleString('en') },
            { label: 'Root', value: <Hash value={checkpoint.root} label="root" /> },
          ]}
        />
      )}
    </section>
  )
}
