import canonicalize from 'canonicalize'
import { majority } from './Honesty'

/** When two endpoints' answers agree. Pure. */

type Fields = Record<string, unknown>

/**
 * The essential part of an answer, as one string: nodes differ in key order, extra fields and the case of hex. For a
 * block: the hash, which covers the rest, and the other fields that are read; for a receipt: its effects and position;
 * for a log: its content and position.
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
 * The value that most answers give, at least two. `null` (there is none) needs at least two answers, all of them null.
 * Undefined if they do not agree.
 */
export function agreed<Result>(method: string, answers: readonly Result[]): Result | undefined {
  const said = answers.map((answer) => (answer === null ? undefined : essence(method, answer)))
  if (said.every((one) => one === undefined)) return answers.length >= 2 ? answers[0] : undefined
  const most = majority(said)
  return most === undefined ? undefined : answers[said.indexOf(most)]
}
