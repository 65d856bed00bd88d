'use client'

import { cloneElement, useEffect, useState, type ComponentProps, type ReactElement, type ReactNode } from 'react'

/** A popup whose code is loaded when a person points at its trigger, and used when the trigger is pressed. */
export type LazyPopup<Parts> = {
  /** Undefined until it was pressed and its code is there. */
  parts: Parts | undefined
  preload: () => void
  press: () => void
}

/** `isOpen` opens it without its trigger. */
export function useLazyPopup<Parts extends object>(load: () => Promise<Parts>, isOpen = false): LazyPopup<Parts> {
  const [parts, setParts] = useState<Parts>()
  useEffect(() => {
    if (isOpen) void load().then((found) => setParts(() => found))
  }, [isOpen, load])
  return {
    parts,
    preload: () => void load(),
    press: () => void load().then((found) => setParts(() => found)),
  }
}

type Rendered = ReactElement<Record<string, unknown>>

export type TriggerProps = Omit<ComponentProps<'button'>, 'className'> & {
  className?: string | undefined
  /** The element to use instead of a button; it gets the trigger's props. */
  render?: ReactElement | undefined
}

type Props = TriggerProps & { popup: Omit<LazyPopup<unknown>, 'parts'>; kind: 'menu' | 'dialog'; children?: ReactNode }

/** The trigger until its popup is used. It looks and reads like the one that replaces it. */
export function StaticTrigger({ popup, kind, render, children, ...props }: Props) {
  const trigger = {
    ...props,
    'aria-haspopup': kind,
    'aria-expanded': false,
    onPointerEnter: popup.preload,
    onFocus: popup.preload,
    onClick: popup.press,
  }
  if (!render)
    return (
      <button type="button" {...trigger}>
        {children}
      </button>
    )
  return cloneElement(render as Rendered, { ...trigger, ...(children !== undefined && { children }) })
}
