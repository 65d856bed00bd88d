import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { AppError } from '@/lib/errors'
import {
  acceptedOf,
  agentRequest,
  authorization,
  challengeHash,
  challengeOf,
  memoOf,
  nowMs,
  quote,
  sign,
  tempoTransaction,
  toBase64,
  toPayment,
} from '@/sandbox/testing/credential-fixture'
import { byName, challengeAll, parseAny } from './protocols'

const names = ['PAYMENT-SIGNATURE', 'X-PAYMENT', 'Authorization', 'Payment-Authorization'] as const
type Good = readonly [name: (typeof names)[number], value: string, paid: Paid]

const good: Good[] = []
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs })
  const { headers } = challengeAll(quote, agentRequest)
  const message = authorization()
  const payload = { authorization: message, signature: await sign(message) }
  const evm = challengeOf(headers, 'evm')
  const bound = authorization({ nonce: challengeHash(evm) })
  const tempo = challengeOf(headers, 'tempo')
  const made: [(typeof names)[number], string][] = [
    ['PAYMENT-SIGNATURE', toBase64({ x402Version: 2, accepted: acceptedOf(headers), payload })],
    ['X-PAYMENT', toBase64({ x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload })],
    ['Authorization', toPayment(evm, { type: 'authorization', ...bound, signature: await sign(bound) })],
    ['Authorization', toPayment(tempo, { type: 'transaction', signature: await tempoTransaction(memoOf(tempo)) })],
  ]
  for (const [name, value] of made) {
    const paid = await present(new Headers([[name, value]]))
    if (!isPaid(paid)) throw new Error(`a good one is not good: ${name}`, { cause: paid })
    good.push([name, value, paid])
  }
  return () => vi.useRealTimers()
})

type Paid = { claimKey: string; payer: string; terms: readonly unknown[] }

/** The result of a request with these headers: paid, none, or the refusal. Every other exception is a defect. */
async function present(headers: Headers): Promise<Paid | 'none' | AppError> {
  try {
    const presented = parseAny(headers)
    if (!presented) return 'none'
    if (presented.kind === 'channel') throw new Error('a session where none was offered')
    const { credential } = presented
    const { payer } = await byName(credential.protocol).authorize(credential, quote, agentRequest, nowMs)
    const { claimKey, network, asset, payTo, amountBase, quoteToken, challengeKey } = credential
    return { claimKey, payer, terms: [network, asset, payTo, amountBase, quoteToken, challengeKey] }
  } catch (error) {
    if (error instanceof AppError && error.status >= 400 && error.status < 500) return error
    throw error
  }
}

const json = fc.jsonValue({ maxDepth: 4 })
const encoded = json.chain((value) =>
  fc.constantFrom(toBase64(value), Buffer.from(JSON.stringify(value)).toString('base64url')),
)
const text = fc.oneof(
  encoded,
  fc.base64String(),
  fc.string({ maxLength: 60 }).map((raw) => raw.replace(/[^\t -~]/g, '?')),
)
const header = fc
  .tuple(fc.constantFrom(...names), text, fc.constantFrom('', 'Payment ', 'payment\t', 'Bearer ', 'Payment'))
  .map(([name, value, scheme]): [string, string] => [name, name.endsWith('uthorization') ? scheme + value : value])

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** One member of a decoded credential replaced, removed, doubled or renamed. */
function mutate(value: Json, path: readonly number[], change: { kind: string; to: Json }): Json {
  if (typeof value !== 'object' || value === null || path.length === 0) return change.to
  const entries = Object.entries(value)
  const at = (path[0] ?? 0) % Math.max(entries.length, 1)
  const [name, member] = entries[at] ?? ['x', null]
  const rest = entries.filter((_, index) => index !== at)
  if (path.length > 1 && typeof member === 'object' && member !== null)
    return Object.fromEntries([...rest, [name, mutate(member, path.slice(1), change)]])
  if (change.kind === 'remove') return Object.fromEntries(rest)
  if (change.kind === 'rename') return Object.fromEntries([...rest, [`${name}_`, member]])
  if (change.kind === 'add') return Object.fromEntries([...entries, ['extra member', change.to]])
  if (change.kind === 'nibble' && typeof member === 'string' && member.length > 4) {
    const digit = member.at(-3) === '1' ? '2' : '1'
    return Object.fromEntries([...rest, [name, member.slice(0, -3) + digit + member.slice(-2)]])
  }
  return Object.fromEntries([...rest, [name, change.to]])
}

const isPaid = (outcome: Paid | 'none' | AppError): outcome is Paid =>
  typeof outcome === 'object' && 'claimKey' in outcome

/**
 * A changed credential that still pays must be the same claim on the same terms. Only a whole transaction names no
 * payer: another signature makes it a transaction of another account without funds, which the chain refuses.
 */
async function isSame(before: Paid, changed: Headers): Promise<boolean> {
  const after = await present(changed)
  if (!isPaid(after)) return true
  const isOwn = after.payer === before.payer ? after.claimKey === before.claimKey : after.claimKey.startsWith('raw|')
  return isOwn && isDeepStrictEqual(after.terms, before.terms)
}

describe('a request with any payment', () => {
  it('with random headers is unpaid, or refused with a 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(header, { minLength: 1, maxLength: 3 }), async (headers) => {
        expect(isPaid(await present(new Headers(headers)))).toBe(false)
      }),
      { numRuns: 5_000 },
    )
  })

  it('with one changed character is refused, or means the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.nat(), fc.constantFrom(...'Az09-_+/=, "%'), async (which, at, character) => {
        const [name, value, paid] = good[which]!
        const index = at % value.length
        const changed = new Headers([[name, value.slice(0, index) + character + value.slice(index + 1)]])
        expect(await isSame(paid, changed)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('with one changed member is refused, or means the same', async () => {
    const kinds = fc.constantFrom('replace', 'remove', 'rename', 'add', 'nibble')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(3),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }),
        kinds,
        json,
        async (which, path, kind, to) => {
          const [name, value, paid] = good[which]!
          const alphabet = name === 'Authorization' ? 'base64url' : 'base64'
          const token = value.replace(/^Payment /, '')
          const decoded = JSON.parse(Buffer.from(token, alphabet).toString()) as Json
          const changed = mutate(decoded, path, { kind, to: to as Json })
          const again = Buffer.from(JSON.stringify(changed)).toString(alphabet)
          const headers = new Headers([[name, name === 'Authorization' ? `Payment ${again}` : again]])
          expect(await isSame(paid, headers)).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
