'use client'

import { Suspense, useState, type ReactElement, type ReactNode } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
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
import { useHydrated } from '../use-hydrated'
import { Form, FormMessage } from './form'
import { useActionForm, type FormValues } from './use-action-form'

type BodyProps<Value> = {
  title: ReactNode
  description?: ReactNode
  submitLabel: string
  /** Shown while the action runs. */
  busyLabel?: string
  isDestructive?: boolean
  send: (values: FormValues) => Promise<Outcome<Value>>
  /** Fields. They begin anew each time the dialog opens. */
  children?: ReactNode
}

type Props<Value> = BodyProps<Value> & {
  /** The button that opens it. */
  trigger: ReactElement
  /** Loads the fields, where they are code of their own (`lazyFields`). */
  preload?: () => Promise<unknown>
  /** Said in a toast when the dialog closes after a save. */
  done?: string
  /** Called after a save. */
  onSaved?: (value: Value) => void
  /** Shown instead of closing, such as a secret that is never shown again; null closes. */
  result?: (value: Value) => ReactNode
  /** Called when a result is closed. */
  onResultClosed?: (value: Value) => void
}

/** A form in a dialog: it stays open with its errors when it is refused, and closes when it is saved. */
export function FormDialog<Value>({ trigger, preload, done, onSaved, result, onResultClosed, ...body }: Props<Value>) {
  const ready = useHydrated()
  const [open, setOpen] = useState(false)
  const [saved, setSaved] = useState<{ value: Value; shown: ReactNode }>()

  function close() {
    setOpen(false)
    if (saved) onResultClosed?.(saved.value)
  }

  function save(value: Value) {
    onSaved?.(value)
    const shown = result?.(value)
    if (shown) return setSaved({ value, shown })
    setOpen(false)
    if (done !== undefined) toast.success(done)
  }

  return (
    <Dialog
      open={open}
      preload={preload}
      // A result may be a secret that is shown once: a click beside the dialog must not lose it.
      disablePointerDismissal={saved !== undefined}
      onOpenChange={(next) => {
        if (!next) return close()
        setSaved(undefined)
        setOpen(true)
      }}
    >
      <DialogTrigger disabled={!ready} render={trigger} />
      <DialogContent closable={saved === undefined}>
        {saved ? saved.shown : <DialogForm {...body} onSaved={save} />}
      </DialogContent>
    </Dialog>
  )
}

function DialogForm<Value>({
  title,
  description,
  submitLabel,
  busyLabel = 'Saving…',
  isDestructive = false,
  send,
  onSaved,
  children,
}: BodyProps<Value> & { onSaved: (value: Value) => void }) {
  const form = useActionForm(send, onSaved)
  return (
    <>
      <DialogHeader>
        <DialogTitle>{title}</DialogTitle>
        {description && <DialogDescription>{description}</DialogDescription>}
      </DialogHeader>
      <Form form={form}>
        <Suspense>{children}</Suspense>
        <FormMessage form={form} />
        <DialogFooter className="mt-1">
          <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
          <Button type="submit" variant={isDestructive ? 'destructive' : 'default'} disabled={form.busy}>
            {form.busy ? busyLabel : submitLabel}
          </Button>
        </DialogFooter>
      </Form>
    </>
  )
}

type ResultProps = { title: string; description: string; closeLabel: string; children: ReactNode }

/** What a dialog shows after a save, until it is closed. */
export function DialogResult({ title, description, closeLabel, children }: ResultProps) {
  return (
    <>
      <DialogHeader>
        <DialogTitle>{title}</DialogTitle>
        <DialogDescription>{description}</DialogDescription>
      </DialogHeader>
      {children}
      <DialogFooter>
        <DialogClose render={<Button />}>{closeLabel}</DialogClose>
      </DialogFooter>
    </>
  )
}
