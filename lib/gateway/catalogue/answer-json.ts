import { answer } from '@/lib/discovery'

export function answerJson(request: Request, document: Record<string, unknown>): Response {
  return answer(request, JSON.stringify(document), 'application/json')
}
