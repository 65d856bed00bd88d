import { Credential, Mcp, Receipt } from 'mppx'
import { AppError } from '@/lib/errors'
import type { CalledTool } from '@/lib/protocol-shared'
import type * as Challenge from './Challenge'

/** MPP's binding to MCP (draft-payment-transport-mcp): challenges, credentials and receipts are JSON there, and the same otherwise. */

/** The JSON-RPC errors that MPP has a code for. */
export const codes = {
  required: Mcp.paymentRequiredCode,
  failed: Mcp.paymentVerificationFailedCode,
  malformed: Mcp.invalidParamsCode,
} as const

/** Where a result says what it costs, for those that read results. */
export const requiredKey = Mcp.paymentRequiredMetaKey

/** Whether a call carries an MPP credential, readable or not: then its agent knows MPP's errors. */
export function isPresent(meta: CalledTool.CallMeta): boolean {
  return meta[Mcp.credentialMetaKey] !== undefined
}

/**
 * The header that a credential in `_meta` is over HTTP; nothing of it is believed here.
 * @throws AppError malformed-credential when it can be none.
 */
export function toHeaders(meta: CalledTool.CallMeta): CalledTool.CallHeaders {
  const credential = meta[Mcp.credentialMetaKey]
  if (credential === undefined) return []
  try {
    return [['Authorization', Credential.serialize(credential as Credential.Credential)]]
  } catch (error) {
    throw new AppError('malformed-credential', `_meta["${Mcp.credentialMetaKey}"] is no Payment credential.`, {
      cause: error,
    })
  }
}

/**
 * What a 402 asks, as `error.data` and `_meta` say it; undefined when it has no charge of MPP. A session's challenge is left
 * out: its client learns what was charged from the answer's headers, which MCP has not.
 */
export function toRequired(headers: Headers, problem: Record<string, unknown>): Record<string, unknown> | undefined {
  // The header has what there was room for.
  const all = headers.has('www-authenticate') ? ((problem.challenges ?? []) as readonly Challenge.WireChallenge[]) : []
  const challenges = all.filter(({ intent }) => intent === 'charge')
  if (challenges.length === 0) return undefined
  const { type, title, status, detail, code } = problem
  const isRefusal = code !== 'payment-required'
  return {
    httpStatus: 402,
    challenges,
    problem: { type, title, status, detail },
    ...(isRefusal && { failure: { reason: code, detail } }),
  }
}

/** `_meta` of a paid result. */
export function toMeta(headers: Headers): Record<string, unknown> {
  const receipt = headers.get('payment-receipt')
  return receipt === null ? {} : { [Mcp.receiptMetaKey]: Receipt.deserialize(receipt) }
}
