import { AppError } from '@/lib/errors'
import { quoteRequest, QuoteView } from '@/lib/gateway'
import * as ToolRequest from './ToolRequest'
import { findTool } from './find-tool'

/**
 * Returns the current price of a call.
 * @throws AppError bad-input for arguments that the tool does not accept; not-found
 */
export async function quoteTool(
  name: string,
  arguments_: Record<string, unknown> = {},
): Promise<QuoteView.QuoteView & { tool: string }> {
  const resource = await findTool({}, name)
  if (!resource) throw new AppError('not-found', `There is no tool ${JSON.stringify(name.slice(0, 64))} here.`)
  const { method, target, body } = ToolRequest.fromArguments(resource, arguments_)
  const bytes = new TextEncoder().encode(body ?? '')
  // Pricing counts the body's content; only payments need its digest.
  const sent = body === undefined ? ({ kind: 'none' } as const) : ({ kind: 'bytes', bytes, digest: '' } as const)
  return { tool: name, ...QuoteView.from(await quoteRequest({ target, method, body: sent }, Date.now())) }
}
