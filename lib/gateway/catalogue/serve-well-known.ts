import { wellKnown } from '@/lib/discovery'
import { answerJson } from './answer-json'
import { loadEntries } from './load-entries'

/** GET /.well-known/x402: the addresses of all of it, as directories of x402 ask for them. */
export async function serveWellKnown(request: Request): Promise<Response> {
  return answerJson(request, wellKnown(await loadEntries()))
}
