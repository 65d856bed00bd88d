import canonicalize from 'canonicalize'
import { majority } from './Honesty'

/** When two endpoints' answers say the same. Pure. */

type Fields = Record<string, unknown>

/**
 * What matters of an answer, as one string: nodes differ in the order of keys, in fields of their own and in the case of
 * hex. Of a block it is the hash, which covers the rest; of a receipt what it did and where.
 */
export function essence(method: string, value: unknown): string {
  return (canonicalize(pick(method, value)) ?? 'null').toLowerCase()
}

function pick(method: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (method.startsWith('eth_getBlockBy')) return (value as Fields).hash
  if (method !== 'eth_getTransactionReceipt') return value
  const { transactionHash, blockHash, status, gasUsed, logs } = value as Fields
  const happened = Array.isArray(logs)
    ? (logs as Fields[]).map(({ address, topics, data }) => [address, topics, data])
    : []
  return [transactionHash, blockHash, status, gasUsed, happened]
}

/**
 * The value that most of these answers give, and at least two. `null` says that there is none: that is agreed only when every
 * answer is null, and there are two. Undefined when they do not agree.
 */
export function agreed<Result>(method: string, answers: readonly Result[]): Result | undefined {
  const said = answers.map((answer) => (answer === null ? undefined : essence(method, answer)))
  if (said.every((one) => one === undefined)) return answers.length >= 2 ? answers[0] : undefined
  const most = majority(said)
  return most === undefined ? undefined : answers[said.indexOf(most)]
}
