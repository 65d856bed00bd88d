'use client'

import { Popover as Base } from '@base-ui/react/popover'
import type { ReactNode } from 'react'
import { cn } from './cn'

/** The parts of a popover; `popover.tsx` loads this file when one is used. */

export const Root = Base.Root
export const Trigger = Base.Trigger

type ContentProps = { children: ReactNode; label: string; className?: string; align?: 'start' | 'center' | 'end' }

/** A small panel beside its trigger. */
export function Content({ children, label, className, align = 'start' }: ContentProps) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={4} align={align} className="z-50">
        <Base.Popup
          aria-label={label}
          className={cn('w-72 max-w-[calc(100vw-2rem)] rounded-lg bg-popover p-3 text-popover-foreground shadow-overlay outline-none', className)}
        >
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  )
}
