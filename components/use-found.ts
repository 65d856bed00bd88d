'use client'

import { useEffect, useState } from 'react'
import type { SearchHit } from '@/lib/search'

type State = 'idle' | 'searching' | 'done' | 'failed'

const pauseMs = 150

/** Search results for a text, requested after a pause in typing. A late answer never replaces a newer one. */
export function useFound(text: string): { found: readonly SearchHit[]; state: State } {
  const [answered, setAnswered] = useState<{ text: string; found: readonly SearchHit[]; failed: boolean }>()
  const wanted = text.trim()

  useEffect(() => {
    if (!wanted) return
    const aborter = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(`/api/search?q=${encodeURIComponent(wanted)}`, { signal: aborter.signal })
        if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
        const { found } = (await answer.json()) as { found: SearchHit[] }
        setAnswered({ text: wanted, found, failed: false })
      } catch {
        if (!aborter.signal.aborted) setAnswered({ text: wanted, found: [], failed: true })
      }
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      aborter.abort()
    }
  }, [wanted])

  if (!wanted) return { found: [], state: 'idle' }
  // The last results stay until the next arrive, so that the list does not flicker.
  if (answered?.text !== wanted) return { found: answered?.found ?? [], state: 'searching' }
  return { found: answered.found, state: answered.failed ? 'failed' : 'done' }
}
