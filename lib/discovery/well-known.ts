import { env } from '../env'
import * as CatalogueEntry from './CatalogueEntry'

/**
 * `/.well-known/x402`: the address of everything that can be paid by x402, for directories that ask each for its price. Where the
 * path has names, an example stands for them: the price is the same for all.
 */
export function wellKnown(entries: readonly CatalogueEntry.CatalogueEntry[]): Record<string, unknown> {
  const paid = entries.filter(({ offers }) => offers.some(({ protocol }) => protocol === 'x402'))
  return {
    version: 1,
    resources: [...new Set(paid.map((entry) => CatalogueEntry.urlOf(entry, env.PUBLIC_URL)))],
    instructions: `${env.PUBLIC_URL}/llms.txt`,
  }
}
