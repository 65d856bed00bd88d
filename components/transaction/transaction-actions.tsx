'use client'

import { CircleX, FastForward, RotateCw, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button'
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from '../ui/dialog'
import { useHydrated } from '../use-hydrated'
import { ActionBody, type ActionProps, type Kind } from './action-body'

const words: Record<Kind, { icon: LucideIcon; label: string; title: string; description: string }> = {
  'speed-up': {
    icon: FastForward,
    label: 'Speed up',
    title: 'Speed up',
    description: 'Signs the same call again with higher fees on the same nonce: one of them is included, never both.',
  },
  cancel: {
    icon: CircleX,
    label: 'Cancel',
    title: 'Cancel transaction',
    description:
      'What was not signed is given up at once. Otherwise an empty transaction is sent on the same nonce: the chain includes that or the call, and the page tells which.',
  },
  retry: {
    icon: RotateCw,
    label: 'Retry',
    title: 'Try again now',
    description: 'It is held and tried again every few seconds. This tries at once; it can never run twice.',
  },
}
const kinds = Object.keys(words) as Kind[]

type Props = ActionProps & {
  /** Why each is not possible, as a sentence; null when it is. */
  whyNot: Record<Kind, string | null>
}

/** Speed up, cancel and retry, each simulated and priced before it is done. */
export function TransactionActions({ whyNot, ...props }: Props) {
  const ready = useHydrated()
  const [kind, setKind] = useState<Kind>('speed-up')
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  return (
    <>
      {kinds.map((of) => {
        const { icon: Icon, label } = words[of]
        return (
          <Button
            key={of}
            variant="outline"
            disabled={!ready || whyNot[of] !== null}
            onClick={() => {
              setKind(of)
              setOpen(true)
            }}
          >
            <Icon aria-hidden /> {label}
          </Button>
        )
      })}
      {/* What was asked for goes on without the dialog, so nobody may think that closing it stops anything. */}
      <Dialog open={open} onOpenChange={(next) => !busy && setOpen(next)}>
        <DialogContent closable={!busy}>
          <DialogHeader>
            <DialogTitle>{words[kind].title}</DialogTitle>
            <DialogDescription>{words[kind].description}</DialogDescription>
          </DialogHeader>
          <ActionBody
            key={`${kind}-${String(open)}`}
            kind={kind}
            {...props}
            onBusy={setBusy}
            onEnd={() => setOpen(false)}
          />
        </DialogContent>
      </Dialog>
    </>
  )
}

/** Why the disabled ones are disabled: a sentence for each reason. */
export function WhyNot({ whyNot }: Pick<Props, 'whyNot'>) {
  const reasons = [...new Set(kinds.map((kind) => whyNot[kind]))].filter((reason) => reason !== null)
  if (reasons.length === 0) return null
  return (
    <ul className="-mt-2 mb-4 text-xs text-muted-foreground">
      {reasons.map((reason) => (
        <li key={reason}>
          <span className="font-medium">
            {kinds.flatMap((kind) => (whyNot[kind] === reason ? [words[kind].label] : [])).join(', ')}:
          </span>{' '}
          {reason}
        </li>
      ))}
    </ul>
  )
}
