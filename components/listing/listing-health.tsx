import { CircleAlert, CircleCheck, CircleX, type LucideIcon } from 'lucide-react'
import type { DirectoryCheck, DirectoryHealth } from '@/lib/discovery'
import { Panel } from '../panel'
import { cn } from '../ui/cn'

const states: Record<DirectoryCheck['state'], { icon: LucideIcon; label: string; className: string }> = {
  fail: { icon: CircleX, label: 'Fails', className: 'text-destructive' },
  warn: { icon: CircleAlert, label: 'Could be better', className: 'text-warning' },
  pass: { icon: CircleCheck, label: 'Passes', className: 'text-success' },
}

const order: readonly DirectoryCheck['state'][] = ['fail', 'warn', 'pass']

/** Whether directories can list a resource, and what to do if they cannot. Passed checks are folded. */
export function ListingHealth({ health: { score, checks } }: { health: DirectoryHealth }) {
  const open = order
    .filter((state) => state !== 'pass')
    .flatMap((state) => checks.filter((check) => check.state === state))
  const passed = checks.filter(({ state }) => state === 'pass')
  return (
    <Panel
      isRegion
      title="Listing health"
      description="The rules of the x402 and MPP directories, checked against the 402 that agents get."
      actions={
        <span className="tabular-nums text-muted-foreground">
          <span className="font-semibold text-foreground">{score}</span> of 100
        </span>
      }
      contentClassName="flex flex-col gap-3"
    >
      {open.length > 0 ? <CheckList checks={open} /> : <p>All checks pass: directories can list it.</p>}
      {passed.length > 0 && (
        <details>
          <summary className="cursor-pointer rounded-sm text-muted-foreground hover:text-foreground">
            {passed.length} {passed.length === 1 ? 'rule holds' : 'rules hold'}
          </summary>
          <div className="mt-3">
            <CheckList checks={passed} />
          </div>
        </details>
      )}
    </Panel>
  )
}

function CheckList({ checks }: { checks: readonly DirectoryCheck[] }) {
  return (
    <ul className="flex flex-col gap-3">
      {checks.map(({ name, state, detail }) => {
        const { icon: Icon, label, className } = states[state]
        return (
          <li key={name} className="flex gap-2">
            <Icon role="img" aria-label={label} className={cn('mt-0.5 size-4 shrink-0', className)} />
            <div className="min-w-0">
              <p className="font-medium">{name}</p>
              <p className="text-xs break-words text-muted-foreground">{detail}</p>
            </div>
          </li>
        )
      })}
    </ul>
  )
}
