import { resourceCache } from './resource-cache'

/** Ends the listening connection; the next load starts a new one. May be called twice. */
export function closeResourceCache(): Promise<void> {
  return resourceCache.close()
}
