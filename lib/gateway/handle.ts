import { toResponse } from './GatewayAnswer'
import { type RequestInfo, answer } from './answer'

/**
 * Answers any request below /gateway/. Never throws; every refusal is a problem. Mounted by server.ts and by Next's route
 * handler.
 */
export async function handle(request: Request, info: RequestInfo = {}): Promise<Response> {
  return toResponse(await answer(request, info))
}
