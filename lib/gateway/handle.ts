import { toResponse } from './GatewayAnswer'
import { type RequestInfo, answer } from './answer'

/**
 * The paid gateway: any request below /gateway/ to its answer. Never throws; every refusal is a problem.
 * Mounted by server.ts and by Next's route handler alike.
 */
export async function handle(request: Request, info: RequestInfo = {}): Promise<Response> {
  return toResponse(await answer(request, info))
}
