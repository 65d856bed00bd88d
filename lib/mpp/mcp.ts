import { Credential, Mcp, Receipt } from 'mppx'
import { AppError } from '@/lib/errors'
import type { CalledTool } from '@/lib/protocol-shared'
import type * as Challenge from './Challenge'

/**
 * MPP's binding to MCP (draft-payment-transport-mcp): challenges, credentials and receipts are JSON there, with the
 * same members.
 */

/** The JSON-RPC error codes of MPP. */
export const codes = {
  required: Mcp.paymentRequiredCode,
  failed: Mcp.paymentVerificationFailedCode,
  malformed: Mcp.invalidParamsCode,
} as const

/** The key in a result's `_meta` that holds the price, for clients that read results. */
export const requiredKey = Mcp.paymentRequiredMetaKey

/** Whether a call carries an MPP credential, readable or not. Such an agent understands MPP's errors. */
export function isPresent(meta: CalledTool.CallMeta): boolean {
  return meta[Mcp.credentialMetaKey] !== undefined
}

/**
 * Returns the HTTP header that is equal to the credential in `_meta`; verifies nothing.
 * @throws AppError malformed-credential if it cannot be a credential.
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
 * The payment requirements of a 402 for `error.data` and `_meta`; undefined if it has no MPP charge. Leaves out
 * session challenges: their clients read the charge from response headers, which MCP does not have.
 */
export function toRequired(headers: Headers, problem: Record<string, unknown>): Record<string, unknown> | undefined {
  // The header holds only what fits; the body holds everything.
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
