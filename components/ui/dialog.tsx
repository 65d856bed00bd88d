'use client'

import { createContext, use, useCallback, type ComponentProps, type ReactNode } from 'react'
import { StaticTrigger, useLazyPopup, type LazyPopup, type TriggerProps } from './lazy-popup'

/** A dialog whose code is loaded on intent: `dialog-parts.tsx` says how its parts look. */

const load = () => import('./dialog-parts')
type Parts = Awaited<ReturnType<typeof load>>

const DialogContext = createContext<LazyPopup<Parts> | undefined>(undefined)

function useDialog(): LazyPopup<Parts> {
  const dialog = use(DialogContext)
  if (!dialog) throw new Error('a part of a dialog stands in a Dialog')
  return dialog
}

/** The parts, within the content: it is drawn only when they are there. */
function useParts(): Parts {
  const { parts } = useDialog()
  if (!parts) throw new Error('a part of a dialog stands in its content')
  return parts
}

type Props = {
  open?: boolean
  onOpenChange?: (open: boolean) => void
  /** Loads more code that its content needs; the same function each time. */
  preload?: (() => Promise<unknown>) | undefined
  /** A press beside it does not close it. */
  disablePointerDismissal?: boolean
  children: ReactNode
}

/** Keeps itself whether it is open, or follows `open`. */
export function Dialog({ open, onOpenChange, preload, disablePointerDismissal = false, children }: Props) {
  const loadAll = useCallback(async () => (await Promise.all([load(), preload?.()]))[0], [preload])
  const popup = useLazyPopup(loadAll, open)
  const isControlled = open !== undefined
  // A dialog that follows `open` loads its code when it opens.
  const dialog = { ...popup, ...(isControlled && { press: () => onOpenChange?.(true) }) }
  const within = <DialogContext value={dialog}>{children}</DialogContext>
  if (!popup.parts) return within
  const { Root } = popup.parts
  return (
    <Root
      {...(isControlled ? { open } : { defaultOpen: true })}
      disablePointerDismissal={disablePointerDismissal}
      onOpenChange={(next) => onOpenChange?.(next)}
    >
      {within}
    </Root>
  )
}

export function DialogTrigger(props: TriggerProps) {
  const dialog = useDialog()
  return dialog.parts ? <dialog.parts.Trigger {...props} /> : <StaticTrigger popup={dialog} kind="dialog" {...props} />
}

/** The dialog's box, centred; put a DialogTitle inside. */
export function DialogContent(props: ComponentProps<Parts['Content']>) {
  const { parts } = useDialog()
  return parts && <parts.Content {...props} />
}

/** A panel that comes from an edge: navigation on narrow screens, a preview beside a list. */
export function SheetContent(props: ComponentProps<Parts['Sheet']>) {
  const { parts } = useDialog()
  return parts && <parts.Sheet {...props} />
}

export function DialogClose(props: ComponentProps<Parts['Close']>) {
  const { Close } = useParts()
  return <Close {...props} />
}

export function DialogTitle(props: ComponentProps<Parts['Title']>) {
  const { Title } = useParts()
  return <Title {...props} />
}

export function DialogDescription(props: ComponentProps<Parts['Description']>) {
  const { Description } = useParts()
  return <Description {...props} />
}

export function DialogHeader({ children }: { children: ReactNode }) {
  return <div className="mb-4 flex flex-col gap-1 pr-8">{children}</div>
}

export function DialogFooter({ className = '', ...props }: ComponentProps<'div'>) {
  return <div className={`mt-5 flex justify-end gap-2 ${className}`} {...props} />
}
