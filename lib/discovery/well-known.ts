import { env } from '../env'
import * as CatalogueEntry from './CatalogueEntry'

/**
 * `/.well-known/x402`: the address of everything that x402 can pay for, for directories that request each price. An
 * example value replaces each name in a path; the price is the same for all values.
 */
export function wellKnown(entries: readonly CatalogueEntry.CatalogueEntry[]): Record<string, unknown> {
  const paid = entries.filter(({ offers }) => offers.some(({ protocol }) => protocol === 'x402'))
  return {
    version: 1,
    resources: [...new Set(paid.map((entry) => CatalogueEntry.urlOf(entry, env.PUBLIC_URL)))],
    instructions: `${env.PUBLIC_URL}/llms.txt`,
  }
}
