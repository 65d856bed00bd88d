import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** False while the page is only HTML: what is typed or clicked then would be lost. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
