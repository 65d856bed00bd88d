'use client'

import { lazy, Suspense, useEffect, useRef, useState, type ComponentProps, type ReactNode } from 'react'
import type { SelectionBar as Bar } from './selection-bar'

// The code of the dialogs is loaded when a row is chosen, not with the page.
const SelectionBar = lazy(() => import('./selection-bar').then((module) => ({ default: module.SelectionBar })))

type Props = Omit<ComponentProps<typeof Bar>, 'ids' | 'choose'> & { children: ReactNode }

/**
 * A table of payments whose rows have check boxes: what is chosen can be labelled, refunded and exported together. Space on a row's link opens
 * its preview.
 */
export function PaymentSelection({ children, ...actions }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const [ids, setIds] = useState<readonly string[]>([])
  const choose = (on: boolean) => {
    for (const box of boxesIn(frame.current)) box.checked = on
    setIds(checkedIn(frame.current))
  }

  // The frame takes no focus: its rows' check boxes and links do, and their events arrive here.
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const read = () => setIds(checkedIn(element))
    element.addEventListener('change', read)
    element.addEventListener('keydown', openPreview)
    return () => {
      element.removeEventListener('change', read)
      element.removeEventListener('keydown', openPreview)
    }
  }, [])

  return (
    <div ref={frame} role="group" aria-label="Payments">
      {ids.length > 0 && (
        <Suspense>
          <SelectionBar ids={ids} choose={choose} {...actions} />
        </Suspense>
      )}
      {children}
    </div>
  )
}

function boxesIn(frame: HTMLElement | null): HTMLInputElement[] {
  return [...(frame?.querySelectorAll<HTMLInputElement>('input[name=id]') ?? [])]
}

const checkedIn = (frame: HTMLElement | null) =>
  boxesIn(frame).flatMap(({ checked, value }) => (checked ? [value] : []))

/** Space on the link of a row opens its preview, where it has one. */
function openPreview(event: KeyboardEvent): void {
  const link = event.target as HTMLElement
  if (event.key !== ' ' || link.tagName !== 'A' || link.hasAttribute('data-peek')) return
  const peek = link.closest('tr')?.querySelector<HTMLElement>('a[data-peek]')
  if (!peek) return
  event.preventDefault()
  peek.click()
}
