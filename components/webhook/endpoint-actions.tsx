'use client'

import { KeyRound, Power, Send } from 'lucide-react'
import { useState, useTransition } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
import { ShownOnce } from '../shown-once'
import { Button } from '../ui/button'
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
  DialogTrigger,
} from '../ui/dialog'

/** How a receiver answered just now. */
export type Answered = { isTaken: boolean; httpStatus: number | null; durationMs: number; detail: string }

type Props = {
  isDisabled: boolean
  sendTest: () => Promise<Outcome<Answered>>
  setStatus: (status: 'enabled' | 'disabled') => Promise<Outcome<null>>
  rotate: () => Promise<Outcome<{ secret: string }>>
}

/** What can be done with an endpoint, beside editing it. */
export function EndpointActions({ isDisabled, sendTest, setStatus, rotate }: Props) {
  const [busy, start] = useTransition()
  const toggle = () =>
    start(async () => {
      const outcome = await setStatus(isDisabled ? 'enabled' : 'disabled')
      if (!outcome.ok) toast.error(outcome.message)
      else toast.success(isDisabled ? 'Switched on: it is told what happens from now on.' : 'Switched off.')
    })
  return (
    <>
      {!isDisabled && <AnswerButton act={sendTest} words="Send test" />}
      <RotateDialog rotate={rotate} />
      {isDisabled ? (
        <Button variant="outline" disabled={busy} onClick={toggle}>
          <Power aria-hidden /> Switch on
        </Button>
      ) : (
        <Dialog>
          <DialogTrigger render={<Button variant="outline" disabled={busy} />}>
            <Power aria-hidden /> Switch off
          </DialogTrigger>
          <DialogContent>
            <DialogHeader>
              <DialogTitle>Switch this endpoint off?</DialogTitle>
              <DialogDescription>
                It is told nothing more, and what waits for it is given up. Its deliveries stay here; each can be sent
                again once it is on.
              </DialogDescription>
            </DialogHeader>
            <DialogFooter>
              <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
              <DialogClose render={<Button variant="destructive" onClick={toggle} />}>Switch off</DialogClose>
            </DialogFooter>
          </DialogContent>
        </Dialog>
      )}
    </>
  )
}

/** Sends something now and tells how the receiver answered. */
export function AnswerButton({ act, words }: { act: () => Promise<Outcome<Answered>>; words: string }) {
  const [busy, start] = useTransition()
  const send = () =>
    start(async () => {
      const outcome = await act()
      if (!outcome.ok) return void toast.error(outcome.message)
      const { isTaken, httpStatus, durationMs, detail } = outcome.value
      if (isTaken) toast.success(`Taken: ${httpStatus} after ${durationMs} ms.`)
      else toast.error(httpStatus === null ? detail : `Not taken: the receiver answered ${httpStatus}.`)
    })
  return (
    <Button variant="outline" disabled={busy} onClick={send}>
      <Send aria-hidden /> {busy ? 'Sending…' : words}
    </Button>
  )
}

function RotateDialog({ rotate }: Pick<Props, 'rotate'>) {
  const [secret, setSecret] = useState<string>()
  const [busy, start] = useTransition()
  const act = () =>
    start(async () => {
      const outcome = await rotate()
      if (outcome.ok) setSecret(outcome.value.secret)
      else toast.error(outcome.message)
    })
  return (
    <Dialog onOpenChange={(open) => !open && setSecret(undefined)}>
      <DialogTrigger render={<Button variant="outline" />}>
        <KeyRound aria-hidden /> Rotate secret
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{secret ? 'The new signing secret' : 'Rotate the signing secret?'}</DialogTitle>
          <DialogDescription>
            {secret
              ? 'It is shown here, and never again.'
              : 'For a day everything is signed with both, so that the receiver can change over in its own time.'}
          </DialogDescription>
        </DialogHeader>
        {secret && (
          <ShownOnce value={secret} label="signing secret">
            The old secret stops signing in 24 hours.
          </ShownOnce>
        )}
        <DialogFooter>
          {secret ? (
            <DialogClose render={<Button />}>I have stored it</DialogClose>
          ) : (
            <>
              <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
              <Button disabled={busy} onClick={act}>
                Rotate
              </Button>
            </>
          )}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
