'use client'

import { ArrowDownToLine, CircleX } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button'
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from '../ui/dialog'
import { useHydrated } from '../use-hydrated'
import { ActionBody, type ActionProps, type Kind } from './action-body'

const words = {
  mpp: {
    settle: {
      title: 'Settle now',
      description:
        'Shows the contract a voucher of the agent, so that what was delivered is paid out. The channel stays open.',
    },
    close: {
      title: 'Close channel',
      description:
        'Pays out what was delivered, gives the rest back, and ends the session. The agent has to open another one.',
    },
  },
  x402: {
    settle: {
      title: 'Settle now',
      description:
        'Claims exactly what was delivered, under the agent’s highest voucher, and moves it to you. The channel stays open.',
    },
    close: {
      title: 'Close channel',
      description: 'Claims what was delivered, moves it to you, and refunds the rest. The agent can fill it again.',
    },
  },
}

type Props = ActionProps & {
  /** There is something to do. When a close ends that, its result still stands in the dialog. */
  live: boolean
}

/** Settle now and close, each simulated before it is done. */
export function ChannelActions({ channel, live, preview, run }: Props) {
  const ready = useHydrated()
  const [kind, setKind] = useState<Kind>('settle')
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)

  function ask(of: Kind) {
    setKind(of)
    setOpen(true)
  }

  return (
    <>
      {live && (
        <>
          <Button variant="outline" disabled={!ready} onClick={() => ask('settle')}>
            <ArrowDownToLine aria-hidden /> Settle now
          </Button>
          <Button variant="outline" disabled={!ready} onClick={() => ask('close')}>
            <CircleX aria-hidden /> Close channel
          </Button>
        </>
      )}
      {/* What is under way goes on without the dialog, so nobody may think that closing it stops anything. */}
      <Dialog open={open} onOpenChange={(next) => !busy && setOpen(next)}>
        <DialogContent closable={!busy}>
          <DialogHeader>
            <DialogTitle>{words[channel.protocol][kind].title}</DialogTitle>
            <DialogDescription>{words[channel.protocol][kind].description}</DialogDescription>
          </DialogHeader>
          <ActionBody
            key={`${kind}-${String(open)}`}
            kind={kind}
            channel={channel}
            preview={preview}
            run={run}
            onBusy={setBusy}
            onEnd={() => setOpen(false)}
          />
        </DialogContent>
      </Dialog>
    </>
  )
}
