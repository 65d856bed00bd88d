'use client'

import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { cn } from './cn'

export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Base.Provider delay={300}>{children}</Base.Provider>
}

type Props = {
  content: ReactNode
  /** The element that shows it on hover and focus; it must be able to take a ref and props. */
  children: ReactElement
  side?: 'top' | 'bottom' | 'left' | 'right'
  className?: string
}

/** More about an element, for people who hover or focus it. Never the only place of a fact. */
export function Tooltip({ content, children, side = 'top', className }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={children as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} side={side} className="z-50">
          <Base.Popup
            className={cn(
              'max-w-sm rounded-md bg-primary px-2 py-1 text-xs text-primary-foreground transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0',
              className,
            )}
          >
            {content}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
