import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** False until React runs in the page: input before that would be lost. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
