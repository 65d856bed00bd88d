import { readRoutes } from './read-routes'

/** The remote facilitators in a merchant's routes, each once. */
export async function listRoutedFacilitators(merchantId: string): Promise<{ name: string; url: string }[]> {
  const { targets, facilitators } = await readRoutes(merchantId)
  const ids = new Set([...targets.values()].flat())
  return [...ids].flatMap((id) => {
    const found = facilitators.get(id)?.facilitator
    return found ? [{ name: found.name, url: found.url }] : []
  })
}
