'use client'

import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'

type Edited<State> = { state: State; isRestored: boolean }

const never = () => () => undefined

/**
 * The state of a form that this tab keeps: it survives leaving the page and signing in again, and ends with `forget` or the tab.
 * `isRestored` is true if the page began with what was kept.
 */
export function useKeptState<State extends object>(key: string, initial: State) {
  const [edited, setEdited] = useState<Edited<State>>()
  // The server does not know what the tab keeps: it is read when the page is hydrated, and no more after the first edit.
  const text = useSyncExternalStore(
    never,
    () => read(key),
    () => null,
  )
  const begun = useMemo(() => beginWith(text, initial), [text, initial])
  const { state, isRestored } = edited ?? begun

  const setState = useCallback(
    (update: (before: State) => State) => setEdited((before = begun) => ({ ...before, state: update(before.state) })),
    [begun],
  )
  useEffect(() => {
    if (edited && edited.state !== initial) write(key, edited.state)
  }, [key, edited, initial])

  const forget = () => write(key, undefined)
  const discard = () => {
    forget()
    setEdited({ state: initial, isRestored: false })
  }
  return { state, setState, isRestored, forget, discard }
}

function beginWith<State extends object>(text: string | null, initial: State): Edited<State> {
  try {
    const kept: unknown = JSON.parse(text ?? 'null')
    if (typeof kept === 'object' && kept !== null) return { state: { ...initial, ...kept }, isRestored: true }
  } catch {
    // Not ours: the form begins as the page says.
  }
  return { state: initial, isRestored: false }
}

/** A browser without storage keeps nothing. */
function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, state: object | undefined): void {
  try {
    if (state) sessionStorage.setItem(key, JSON.stringify(state))
    else sessionStorage.removeItem(key)
  } catch {
    return
  }
}
