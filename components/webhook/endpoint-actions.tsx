'use client'

import { Archive, ArchiveRestore, KeyRound, Power, Send } from 'lucide-react'
import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import { ConfirmDialog } from '../form/confirm-dialog'
import { DialogResult } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { ShownOnce } from '../shown-once'
import { Button } from '../ui/button'

/** How a receiver answered just now. */
export type Answered = { isTaken: boolean; httpStatus: number | null; durationMs: number; detail: string }

type Props = {
  isDisabled: boolean
  isArchived: boolean
  sendTest: () => Promise<Outcome<Answered>>
  setStatus: (status: 'enabled' | 'disabled') => Promise<Outcome<null>>
  setArchived: (isArchived: boolean) => Promise<Outcome<null>>
  rotate: () => Promise<Outcome<{ secret: string }>>
}

/** Test, rotate the secret, switch on or off. */
export function EndpointActions({ isDisabled, isArchived, sendTest, setStatus, setArchived, rotate }: Props) {
  return (
    <>
      {!isDisabled && <AnswerButton act={sendTest} words="Send test" />}
      <RotateDialog rotate={rotate} />
      {isDisabled ? (
        <ActionButton
          act={() => setStatus('enabled')}
          onDone={() => toast.success('Switched on. It gets all events from now on.')}
        >
          <Power aria-hidden /> Switch on
        </ActionButton>
      ) : (
        <ConfirmDialog
          trigger={
            <Button variant="outline">
              <Power aria-hidden /> Switch off
            </Button>
          }
          title="Switch this endpoint off?"
          description="It gets no more events, and its waiting deliveries are given up. Deliveries stay listed here; each can be sent again after the endpoint is switched on."
          submitLabel="Switch off"
          isDestructive
          act={() => setStatus('disabled')}
          done="Switched off."
        />
      )}
      {isDisabled && (
        <ActionButton
          act={() => setArchived(!isArchived)}
          onDone={() =>
            toast.success(isArchived ? 'Restored. It is still off.' : 'Archived: it is hidden from the list.')
          }
        >
          {isArchived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />} {isArchived ? 'Restore' : 'Archive'}
        </ActionButton>
      )}
    </>
  )
}

/** Sends a delivery now and shows how the receiver answered. */
export function AnswerButton({ act, words }: { act: () => Promise<Outcome<Answered>>; words: string }) {
  return (
    <ActionButton
      act={act}
      busyLabel="Sending…"
      onDone={({ isTaken, httpStatus, durationMs, detail }) => {
        if (isTaken) toast.success(`Taken: ${httpStatus} after ${durationMs} ms.`)
        else toast.error(httpStatus === null ? detail : `Not taken: the receiver answered ${httpStatus}.`)
      }}
    >
      <Send aria-hidden /> {words}
    </ActionButton>
  )
}

function RotateDialog({ rotate }: Pick<Props, 'rotate'>) {
  return (
    <ConfirmDialog
      trigger={
        <Button variant="outline">
          <KeyRound aria-hidden /> Rotate secret
        </Button>
      }
      title="Rotate the signing secret?"
      description="For 24 hours every request is signed with both secrets, so that the receiver can switch when it is ready."
      submitLabel="Rotate"
      act={rotate}
      result={({ secret }) => (
        <DialogResult
          title="The new signing secret"
          description="It is shown only this once."
          closeLabel="I have copied it"
        >
          <ShownOnce value={secret} label="signing secret">
            The old secret stops signing in 24 hours.
          </ShownOnce>
        </DialogResult>
      )}
    />
  )
}
