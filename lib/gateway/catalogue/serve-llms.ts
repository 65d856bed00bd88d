import { answer, llms } from '@/lib/discovery'
import { loadEntries } from './load-entries'

/** GET /llms.txt: all resources as text. */
export async function serveLlms(request: Request): Promise<Response> {
  return answer(request, llms(await loadEntries()), 'text/plain; charset=utf-8')
}
