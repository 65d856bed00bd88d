'use client'

import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ComponentProps } from 'react'
import { buttonVariants } from './button-variants'
import { cn } from './cn'

/** The parts of a dialog; `dialog.tsx` loads this file when one is used. */

export const Root = Base.Root
export const Trigger = Base.Trigger
export const Close = Base.Close

const backdrop =
  'fixed inset-0 z-40 bg-black/30 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0 dark:bg-black/60'

type ContentProps = Omit<ComponentProps<typeof Base.Popup>, 'className'> & { className?: string; closable?: boolean }

/** The dialog's box, centred; put a DialogTitle inside. */
export function Content({ className, children, closable = true, ...props }: ContentProps) {
  return (
    <Base.Portal>
      <Base.Backdrop className={backdrop} />
      <Base.Popup
        className={cn(
          'fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg bg-popover p-5 text-popover-foreground shadow-overlay outline-none transition-all duration-150 data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0',
          className,
        )}
        {...props}
      >
        {children}
        {closable && <CloseButton />}
      </Base.Popup>
    </Base.Portal>
  )
}

/** A panel that comes from an edge: navigation on narrow screens, a preview beside a list. */
export function Sheet({ className, children, side = 'left', ...props }: Omit<ContentProps, 'closable'> & { side?: 'left' | 'right' }) {
  return (
    <Base.Portal>
      <Base.Backdrop className={backdrop} />
      <Base.Popup
        className={cn(
          'fixed inset-y-0 z-50 flex w-72 max-w-[85vw] flex-col overflow-y-auto bg-sidebar text-foreground shadow-overlay outline-none transition-transform duration-200',
          side === 'left'
            ? 'left-0 data-ending-style:-translate-x-full data-starting-style:-translate-x-full'
            : 'right-0 data-ending-style:translate-x-full data-starting-style:translate-x-full',
          className,
        )}
        {...props}
      >
        {children}
        <CloseButton />
      </Base.Popup>
    </Base.Portal>
  )
}

function CloseButton() {
  return (
    <Base.Close
      aria-label="Close"
      className={cn(buttonVariants({ variant: 'ghost', size: 'icon-sm' }), 'absolute top-3 right-3 text-muted-foreground')}
    >
      <X aria-hidden />
    </Base.Close>
  )
}

export function Title({ className, ...props }: Omit<ComponentProps<typeof Base.Title>, 'className'> & { className?: string }) {
  return <Base.Title className={cn('text-base font-semibold', className)} {...props} />
}

export function Description({
  className,
  ...props
}: Omit<ComponentProps<typeof Base.Description>, 'className'> & { className?: string }) {
  return <Base.Description className={cn('text-sm text-muted-foreground', className)} {...props} />
}
