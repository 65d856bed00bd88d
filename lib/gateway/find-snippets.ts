import { CatalogueEntry, promptFor, snippetsOf, type ExampleCall, type Snippet } from '@/lib/discovery'
import { env } from '../env'
import { loadMerchantResources } from '@/lib/merchants'
import { entriesOf } from './catalogue/entries-of'

/**
 * The request to a resource in each language that can pay for it, and a prompt for a coding agent. A resource that is not on sale
 * has curl alone. `call`: another request than the example of the resource. Sends nothing.
 */
export async function findSnippets(merchantSlug: string, id: string, call?: ExampleCall): Promise<readonly Snippet[]> {
  const merchant = await loadMerchantResources(merchantSlug)
  const resource = merchant?.resources.find((one) => one.id === id)
  const [entry] = resource ? await entriesOf([resource]) : []
  const wanted = call ?? (entry && exampleOf(entry))
  if (!wanted) return []
  const snippets = snippetsOf(wanted, entry?.offers ?? [])
  const example = snippets.find(({ language }) => language === 'js')
  return [...snippets, { name: 'Prompt', language: 'text', code: promptFor(wanted, example) }]
}

function exampleOf(entry: CatalogueEntry.CatalogueEntry): ExampleCall {
  const { query, body } = entry.declared
  const url = new URL(CatalogueEntry.urlOf(entry, env.PUBLIC_URL))
  for (const [name, value] of Object.entries((query?.example ?? {}) as Record<string, unknown>))
    url.searchParams.set(name, String(value))
  return {
    method: entry.method,
    url: url.href,
    ...(body?.example !== undefined && { body: JSON.stringify(body.example) }),
  }
}
