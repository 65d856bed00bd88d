import { env } from '../../env'
import { openApi } from '@/lib/discovery'
import { answerJson } from './answer-json'
import { loadEntries } from './load-entries'

/** GET /openapi.json: everything that is on sale here. Sends nothing and stores nothing, like all of this file. */
export async function serveOpenApi(request: Request): Promise<Response> {
  const scope = { title: 'Sluice', serverUrl: env.PUBLIC_URL, whole: true }
  return answerJson(request, openApi(await loadEntries(), scope))
}
