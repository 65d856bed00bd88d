import { wellKnown } from '@/lib/discovery'
import { answerJson } from './answer-json'
import { loadEntries } from './load-entries'

/** GET /.well-known/x402: the URLs of all resources, in the form of x402's directories. */
export async function serveWellKnown(request: Request): Promise<Response> {
  return answerJson(request, wellKnown(await loadEntries()))
}
