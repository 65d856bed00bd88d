import { loadPages } from './load-pages'
import type { OpenApiDocument } from './ReferencePages'
import { searchPages, type DocsHit } from './search-pages'

/** The sections of the documentation that contain every word of the text, best first; `max` at most. */
export async function findInDocs(api: OpenApiDocument, text: string, max: number): Promise<DocsHit[]> {
  return searchPages(await loadPages(api), text, max)
}
