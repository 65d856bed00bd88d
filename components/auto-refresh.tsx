'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useTransition } from 'react'

/**
 * Refreshes the page at an interval while something on it is in progress. Pauses while the tab is hidden and while a refresh
 * is running.
 */
export function AutoRefresh({ everyMs = 2_000 }: { everyMs?: number }) {
  const router = useRouter()
  const [pending, start] = useTransition()
  const busy = useRef(pending)

  useEffect(() => {
    busy.current = pending
  }, [pending])

  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !busy.current) start(() => router.refresh())
    }, everyMs)
    return () => clearInterval(timer)
  }, [router, everyMs])
  return null
}
