'use client'

import { createContext, use, type ComponentProps, type ReactNode } from 'react'
import { StaticTrigger, useLazyPopup, type LazyPopup, type TriggerProps } from './lazy-popup'

/** A menu whose code is loaded on intent: `dropdown-menu-parts.tsx` says how its parts look. */

const load = () => import('./dropdown-menu-parts')
type Parts = Awaited<ReturnType<typeof load>>

const MenuContext = createContext<LazyPopup<Parts> | undefined>(undefined)

function useMenu(): LazyPopup<Parts> {
  const menu = use(MenuContext)
  if (!menu) throw new Error('a part of a menu stands in a DropdownMenu')
  return menu
}

/** The parts, within the content: it is drawn only when they are there. */
function useParts(): Parts {
  const { parts } = useMenu()
  if (!parts) throw new Error('an item of a menu stands in its content')
  return parts
}

export function DropdownMenu({ children }: { children: ReactNode }) {
  const menu = useLazyPopup(load)
  const within = <MenuContext value={menu}>{children}</MenuContext>
  return menu.parts ? <menu.parts.Root defaultOpen>{within}</menu.parts.Root> : within
}

export function DropdownMenuTrigger(props: TriggerProps) {
  const menu = useMenu()
  return menu.parts ? <menu.parts.Trigger {...props} /> : <StaticTrigger popup={menu} kind="menu" {...props} />
}

export function DropdownMenuContent(props: ComponentProps<Parts['Content']>) {
  const { parts } = useMenu()
  return parts && <parts.Content {...props} />
}

export function DropdownMenuGroup(props: ComponentProps<Parts['Group']>) {
  const { Group } = useParts()
  return <Group {...props} />
}

export function DropdownMenuRadioGroup(props: ComponentProps<Parts['RadioGroup']>) {
  const { RadioGroup } = useParts()
  return <RadioGroup {...props} />
}

export function DropdownMenuItem(props: ComponentProps<Parts['Item']>) {
  const { Item } = useParts()
  return <Item {...props} />
}

export function DropdownMenuLinkItem(props: ComponentProps<Parts['LinkItem']>) {
  const { LinkItem } = useParts()
  return <LinkItem {...props} />
}

export function DropdownMenuRadioItem(props: ComponentProps<Parts['RadioItem']>) {
  const { RadioItem } = useParts()
  return <RadioItem {...props} />
}

export function DropdownMenuCheckboxItem(props: ComponentProps<Parts['CheckboxItem']>) {
  const { CheckboxItem } = useParts()
  return <CheckboxItem {...props} />
}

export function DropdownMenuLabel(props: ComponentProps<Parts['Label']>) {
  const { Label } = useParts()
  return <Label {...props} />
}

export function DropdownMenuSeparator() {
  const { Separator } = useParts()
  return <Separator />
}
