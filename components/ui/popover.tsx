'use client'

import { createContext, use, type ComponentProps, type ReactNode } from 'react'
import { StaticTrigger, useLazyPopup, type LazyPopup, type TriggerProps } from './lazy-popup'

/** A small panel beside its trigger, whose code is loaded on intent: `popover-parts.tsx` says how it looks. */

const load = () => import('./popover-parts')
type Parts = Awaited<ReturnType<typeof load>>

const PopoverContext = createContext<LazyPopup<Parts> | undefined>(undefined)

function usePopover(): LazyPopup<Parts> {
  const popover = use(PopoverContext)
  if (!popover) throw new Error('a part of a popover stands in a Popover')
  return popover
}

export function Popover({ children }: { children: ReactNode }) {
  const popover = useLazyPopup(load)
  const within = <PopoverContext value={popover}>{children}</PopoverContext>
  return popover.parts ? <popover.parts.Root defaultOpen>{within}</popover.parts.Root> : within
}

export function PopoverTrigger(props: TriggerProps) {
  const popover = usePopover()
  return popover.parts ? (
    <popover.parts.Trigger {...props} />
  ) : (
    <StaticTrigger popup={popover} kind="dialog" {...props} />
  )
}

export function PopoverContent(props: ComponentProps<Parts['Content']>) {
  const { parts } = usePopover()
  return parts && <parts.Content {...props} />
}
