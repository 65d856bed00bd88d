import { type BazaarItem } from '@/lib/discovery'
import { loadEntries } from './load-entries'

export async function loadOwnItems(): Promise<readonly BazaarItem[]> {
  return (await loadEntries()).flatMap(({ item }) => item ?? [])
}
