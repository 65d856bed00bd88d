import { env } from '../../env'
import { openApi } from '@/lib/discovery'
import { answerJson } from './answer-json'
import { loadEntries } from './load-entries'

/** GET /openapi.json: all resources. Sends and stores nothing. */
export async function serveOpenApi(request: Request): Promise<Response> {
  const scope = { title: 'Sluice', serverUrl: env.PUBLIC_URL, whole: true }
  return answerJson(request, openApi(await loadEntries(), scope))
}
