'use client'

import { useEffect, useRef, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

type Place = { left: number; top: number }

const delayMs = 300
/** Room for half of a bubble at the window's edges. */
const edge = 130

/** More about an element, for people who point at it. Never the only place of a fact. */
export function useTooltip(content: () => ReactNode) {
  const [place, setPlace] = useState<Place>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const hide = () => {
    clearTimeout(timer.current)
    setPlace(undefined)
  }
  useEffect(() => {
    if (!place) return
    // What it is about moves away.
    addEventListener('scroll', hide, { capture: true, once: true })
    return () => removeEventListener('scroll', hide, { capture: true })
  }, [place])
  useEffect(() => () => clearTimeout(timer.current), [])
  const onPointerEnter = ({ currentTarget }: { currentTarget: Element }) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const { left, width, top } = currentTarget.getBoundingClientRect()
      setPlace({ left: Math.min(Math.max(left + width / 2, edge), innerWidth - edge), top })
    }, delayMs)
  }
  const bubble =
    place &&
    createPortal(
      <div
        role="tooltip"
        className="pointer-events-none fixed z-50 max-w-sm -translate-x-1/2 -translate-y-full rounded-md bg-primary px-2 py-1 text-xs text-primary-foreground"
        style={{ left: place.left, top: place.top - 6 }}
      >
        {content()}
      </div>,
      document.body,
    )
  return { pointing: { onPointerEnter, onPointerLeave: hide }, bubble }
}
