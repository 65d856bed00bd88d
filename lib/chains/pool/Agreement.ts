import canonicalize from 'canonicalize'
import { majority } from './Honesty'

/** When two endpoints' answers say the same. Pure. */

type Fields = Record<string, unknown>

/**
 * What matters of an answer, as one string: nodes differ in the order of keys, in fields of their own and in the case of
 * hex. Of a block it is the hash, which covers the rest, and what is read of it beside; of a receipt what it did and where; of
 * a log what it says and where.
 */
export function essence(method: string, value: unknown): string {
  return (canonicalize(pick(method, value)) ?? 'null').toLowerCase()
}

function pick(method: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (method.startsWith('eth_getBlockBy')) return only(value, ['number', 'hash', 'timestamp'])
  if (method === 'eth_getTransactionByHash') return only(value, ['hash', 'blockHash', 'from', 'to', 'input', 'value'])
  if (method === 'eth_getLogs' && Array.isArray(value)) return value.map((log: object) => only(log, logFields))
  if (method !== 'eth_getTransactionReceipt') return value
  const { transactionHash, blockHash, blockNumber, status, gasUsed, logs } = value as Fields
  const happened = Array.isArray(logs)
    ? (logs as Fields[]).map(({ address, topics, data }) => [address, topics, data])
    : []
  return [transactionHash, blockHash, blockNumber ?? null, status, gasUsed, happened]
}

const logFields = ['address', 'topics', 'data', 'blockNumber', 'blockHash', 'transactionHash', 'logIndex']

function only(value: object, names: readonly string[]): unknown[] {
  return names.map((name) => (value as Fields)[name] ?? null)
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
