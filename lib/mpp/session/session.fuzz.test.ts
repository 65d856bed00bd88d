import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { recoverSigner, Reserve } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { nowMs, payer } from '@/sandbox/testing/credential-fixture'
import { header } from '@/sandbox/testing/mpp-fixture'
import { mppxClient, pack, quoteOf, sessionChallenge, sessions, unpack } from '@/sandbox/testing/session-fixture'

/** The meaning of a fully verified credential. */
type Meaning = { terms: ChannelProtocol.ChannelTerms; effect: unknown }

const good: { value: string; meaning: Meaning }[] = []
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs })
  const client = mppxClient()
  const challenge = sessionChallenge()
  const open = await client.pay(challenge)
  const { channelId, descriptor } = unpack(open).payload
  const more = { channelId, descriptor, additionalDepositRaw: '500', cumulativeAmountRaw: '20000' }
  const values = [
    open,
    await client.pay(challenge),
    await client.pay(challenge, { ...more, action: 'topUp' }),
    await client.pay(challenge, { ...more, action: 'close' }),
  ]
  for (const value of values) {
    const meaning = present(value)
    if (meaning instanceof AppError || meaning === 'none') throw new Error('a good one is not good', { cause: meaning })
    good.push({ value, meaning })
  }
  return () => vi.useRealTimers()
})

/** Its meaning, none, or the refusal. Anything else thrown is a defect. */
function present(value: string): Meaning | 'none' | AppError {
  try {
    const credential = sessions.parse(header(value))
    if (!credential) return 'none'
    const terms = sessions.terms(credential, quoteOf(credential), nowMs)
    if (credential.action === 'open') return { terms, effect: sessions.opening(credential, terms, nowMs) }
    if (credential.action === 'topUp') return { terms, effect: sessions.topUp(credential, terms, nowMs) }
    if (credential.action === 'deposit') throw new Error('MPP knows no such thing')
    return { terms, effect: voucherOf(credential) }
  } catch (error) {
    if (error instanceof AppError && error.status >= 400 && error.status < 500) return error
    throw error
  }
}

/** The meaning of a voucher: its signed values, for the channel and signer that the gateway knows. */
function voucherOf(credential: Extract<ChannelProtocol.ChannelCredential, { action: 'voucher' | 'close' }>): unknown {
  const { action, network, channelId, cumulativeBase, signature } = credential
  try {
    const signer = recoverSigner(Reserve.voucherDigest(network, credential), signature)
    if (signer === payer.address.toLowerCase()) return { action, channelId, cumulativeBase, signature }
  } catch {
    // Refused like another signer's.
  }
  throw new AppError('session-invalid-signature', 'not the payer’s')
}

function isSame(index: number, value: string): boolean {
  const { meaning } = good[index]!
  const changed = present(value)
  if (changed === 'none' || changed instanceof AppError) return true
  if (isDeepStrictEqual(changed, meaning)) return true
  // A voucher may be sent as a close, because the action is not signed.
  const [now, before] = [changed.effect, meaning.effect].map((effect) => ({ ...(effect as object), action: '' }))
  return isDeepStrictEqual(changed.terms, meaning.terms) && isDeepStrictEqual(now, before)
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** One member of a decoded credential replaced, removed, renamed or changed in one character. */
function mutate(value: Json, path: readonly number[], kind: string, to: Json): Json {
  if (typeof value !== 'object' || value === null || path.length === 0) return to
  const entries = Object.entries(value)
  const [name, member] = entries[(path[0] ?? 0) % Math.max(entries.length, 1)] ?? ['x', null]
  const rest = entries.filter(([other]) => other !== name)
  if (path.length > 1 && typeof member === 'object' && member !== null)
    return Object.fromEntries([...rest, [name, mutate(member, path.slice(1), kind, to)]])
  if (kind === 'remove') return Object.fromEntries(rest)
  if (kind === 'rename') return Object.fromEntries([...rest, [`${name}_`, member]])
  if (kind === 'nibble' && typeof member === 'string' && member.length > 4) {
    const index = (path.at(-1) ?? 0) % member.length
    const digit = member[index] === '1' ? '2' : '1'
    return Object.fromEntries([...rest, [name, member.slice(0, index) + digit + member.slice(index + 1)]])
  }
  return Object.fromEntries([...rest, [name, to]])
}

describe('a good session credential', () => {
  it('with one character changed is refused, or means the same', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(), fc.constantFrom(...'Az09-_+/=, "%'), (which, at, character) => {
        const { value } = good[which]!
        const index = 'Payment '.length + (at % (value.length - 'Payment '.length))
        expect(isSame(which, value.slice(0, index) + character + value.slice(index + 1))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('with one member changed is refused, or means the same', () => {
    const kinds = fc.constantFrom('replace', 'remove', 'rename', 'nibble')
    const paths = fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12), fc.nat(5_000))
    fc.assert(
      fc.property(fc.nat(3), paths, fc.nat(4), kinds, fc.jsonValue({ maxDepth: 2 }), (which, path, from, kind, to) => {
        const changed = mutate(unpack(good[which]!.value) as unknown as Json, path.slice(from % 3), kind, to as Json)
        expect(isSame(which, pack(changed))).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  it('with the parts of another is refused, or means what one of them means', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(3), (left, right) => {
        const [one, other] = [unpack(good[left]!.value), unpack(good[right]!.value)]
        const mixed = present(pack({ ...one, payload: { ...one.payload, ...other.payload } }))
        if (mixed === 'none' || mixed instanceof AppError) return
        expect([left, right].some((index) => isSame(index, pack({ ...one, payload: other.payload })))).toBe(true)
      }),
    )
  })

  it('of random members is ignored, or refused with a 4xx', () => {
    const member = fc.jsonValue({ maxDepth: 3 })
    const challenge = fc.record({
      intent: fc.constant('session'),
      method: fc.constantFrom('tempo', 'evm'),
      request: member,
    })
    fc.assert(
      fc.property(challenge, member, member, (echo, payload, source) => {
        const found = present(pack({ challenge: { ...sessionEcho(), ...echo }, payload, source }))
        expect(found === 'none' || found instanceof AppError).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

function sessionEcho(): Record<string, unknown> {
  return unpack(good[0]!.value).challenge
}
