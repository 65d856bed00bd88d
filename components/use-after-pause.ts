'use client'

import { useEffect, useEffectEvent } from 'react'
import type { Outcome } from './outcome'

const pauseMs = 300
const unreachable = { ok: false, code: 'unreachable', message: 'The server cannot be reached.', fields: [] } as const

/**
 * Sends `input` to the server after a pause in typing and passes the answer to `show`. A late answer to an older input is
 * dropped. `undefined` is not sent.
 */
export function useAfterPause<Input, Value>(
  input: Input | undefined,
  send: (input: Input) => Promise<Outcome<Value>>,
  show: (outcome: Outcome<Value>) => void,
) {
  const showLatest = useEffectEvent(show)
  useEffect(() => {
    if (input === undefined) return
    let isStale = false
    const timer = setTimeout(async () => {
      const outcome = await send(input).catch(() => unreachable)
      if (!isStale) showLatest(outcome)
    }, pauseMs)
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [input, send])
}
