'use client'

import { CirclePause, CircleSlash, Pause, Play } from 'lucide-react'
import { toast } from 'sonner'
import { Callout } from '../callout'
import { ActionButton } from '../form/action-button'
import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { Time } from '../time'
import { Button } from '../ui/button'

type SetPaused = (isPaused: boolean) => Promise<Outcome<null>>

/** Takes the whole shop off sale, after a question. */
export function PauseShop({ setPaused }: { setPaused: SetPaused }) {
  return (
    <ConfirmDialog
      trigger={
        <Button variant="outline">
          <Pause aria-hidden /> Pause all sales
        </Button>
      }
      title="Pause all sales?"
      description="Every resource answers 503 with Retry-After, and leaves the catalogue, until you resume. Payments that agents have made are finished; channels can be closed."
      submitLabel="Pause all sales"
      act={() => setPaused(true)}
      done="All sales are paused."
    />
  )
}

type Props = { at: string; setPaused: SetPaused | false }

/** Says that the whole shop is paused, with the way back for those who may take it. */
export function ShopPaused({ at, setPaused }: Props) {
  return (
    <Callout icon={CirclePause} title="All sales are paused">
      <p>
        Since <Time at={at} />: every resource answers 503 with Retry-After, and the catalogue is empty.
      </p>
      {setPaused && (
        <ActionButton
          size="sm"
          className="mt-1 self-start"
          act={() => setPaused(false)}
          onDone={() => toast.success('Sales are on again.')}
        >
          <Play aria-hidden /> Resume sales
        </ActionButton>
      )}
    </Callout>
  )
}

/** Says that the shop is closed for good. */
export function ShopClosed({ at }: { at: string }) {
  return (
    <Callout icon={CircleSlash} title="This shop is closed">
      <p>
        Since <Time at={at} />: every address answers 410, and no API key works. Payments, reports and the audit log
        stay readable, and delivered payments can be refunded.
      </p>
    </Callout>
  )
}
