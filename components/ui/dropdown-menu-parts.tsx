'use client'

import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

/** The parts of a menu; `dropdown-menu.tsx` loads this file when a menu is used. */

export const Root = Base.Root
export const Trigger = Base.Trigger
export const Group = Base.Group
export const RadioGroup = Base.RadioGroup

const item =
  'flex items-center gap-2 rounded-md px-2 py-1.5 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-accent [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground'

type ContentProps = { children: ReactNode; className?: string; align?: 'start' | 'center' | 'end'; side?: 'top' | 'bottom' | 'left' | 'right' }

export function Content({ children, className, align = 'start', side = 'bottom' }: ContentProps) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={4} align={align} side={side} className="z-50 outline-none">
        <Base.Popup className={cn('min-w-44 rounded-lg bg-popover p-1 text-popover-foreground shadow-overlay outline-none', className)}>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  )
}

type Classed<Props> = Omit<Props, 'className'> & { className?: string }

export function Item({ className, ...props }: Classed<ComponentProps<typeof Base.Item>>) {
  return <Base.Item className={cn(item, className)} {...props} />
}

/** An item that is a link; give a Next link as `render={<Link href="…" />}`. */
export function LinkItem({ className, ...props }: Classed<ComponentProps<typeof Base.LinkItem>>) {
  // A link to a file leaves the page where it is, with the menu open over it.
  return <Base.LinkItem closeOnClick className={cn(item, className)} {...props} />
}

export function RadioItem({ className, children, ...props }: Classed<ComponentProps<typeof Base.RadioItem>>) {
  return (
    <Base.RadioItem className={cn(item, 'pr-8', className)} {...props}>
      {children}
      <Base.RadioItemIndicator className="ml-auto">
        <Check aria-hidden />
      </Base.RadioItemIndicator>
    </Base.RadioItem>
  )
}

export function CheckboxItem({ className, children, ...props }: Classed<ComponentProps<typeof Base.CheckboxItem>>) {
  return (
    <Base.CheckboxItem className={cn(item, className)} {...props}>
      <span className="flex size-4 items-center justify-center">
        <Base.CheckboxItemIndicator>
          <Check aria-hidden />
        </Base.CheckboxItemIndicator>
      </span>
      {children}
    </Base.CheckboxItem>
  )
}

export function Label({ className, ...props }: Classed<ComponentProps<typeof Base.GroupLabel>>) {
  return <Base.GroupLabel className={cn('px-2 py-1.5 text-xs text-muted-foreground', className)} {...props} />
}

export function Separator() {
  return <Base.Separator className="-mx-1 my-1 h-px bg-border" />
}
