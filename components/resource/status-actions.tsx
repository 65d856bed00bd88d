'use client'

import { Archive, ArchiveRestore, Pause, Play } from 'lucide-react'
import { createContext, use, useOptimistic, useTransition, type ReactNode } from 'react'
import { toast } from 'sonner'
import type { ResourceStatus } from '@/lib/merchants'
import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { runSignedIn } from '../sign-in/again'
import { Status } from '../status'
import { Button } from '../ui/button'
import { useHydrated } from '../use-hydrated'

type SetStatus = (status: ResourceStatus) => Promise<Outcome<null>>

type Shown = { status: ResourceStatus; busy: boolean; run: (next: ResourceStatus, done: string) => void }

const StatusContext = createContext<Shown>({ status: 'live', busy: false, run: () => undefined })

type Props = { status: ResourceStatus; setStatus: SetStatus; children: ReactNode }

/** Shows the next state of a resource at the click, in its badge and its buttons; a refusal takes it back. */
export function StatusScope({ status, setStatus, children }: Props) {
  const [shown, show] = useOptimistic(status)
  const [busy, start] = useTransition()
  const run = (next: ResourceStatus, done: string) =>
    start(async () => {
      show(next)
      const outcome = await runSignedIn(() => setStatus(next))
      if (outcome.ok) toast.success(done)
      else toast.error(outcome.message)
    })
  return <StatusContext value={{ status: shown, busy, run }}>{children}</StatusContext>
}

/** The state of a resource within its `StatusScope`. */
export function StatusBadge() {
  return <Status kind="resource" value={use(StatusContext).status} />
}

/** Pauses, resumes or restores a resource. A draft goes on sale from its form. */
export function StatusButtons({ setStatus }: { setStatus: SetStatus }) {
  const ready = useHydrated()
  const { status, busy, run } = use(StatusContext)
  const disabled = !ready || busy
  return (
    <>
      {status === 'live' && (
        <Button
          variant="outline"
          disabled={disabled}
          onClick={() => run('paused', 'Paused: agents get 503 until you resume it. Open payments are finished.')}
        >
          <Pause aria-hidden /> Pause
        </Button>
      )}
      {status === 'paused' && (
        <Button variant="outline" disabled={disabled} onClick={() => run('live', 'Back on sale.')}>
          <Play aria-hidden /> Resume
        </Button>
      )}
      {status === 'archived' ? (
        <Button
          variant="outline"
          disabled={disabled}
          onClick={() => run('draft', 'Restored as a draft. Edit it to put it on sale.')}
        >
          <ArchiveRestore aria-hidden /> Restore
        </Button>
      ) : (
        <ConfirmDialog
          trigger={
            <Button variant="outline">
              <Archive aria-hidden /> Archive
            </Button>
          }
          title="Archive this resource?"
          description="Agents get 404, and it leaves your lists. It keeps its address, its payments and its prices; you can restore it as a draft. Open channels are settled as scheduled."
          submitLabel="Archive"
          act={() => setStatus('archived')}
          done="Archived."
        />
      )}
    </>
  )
}
