import { AppError } from '@/lib/errors'
import type { Protocol } from '@/lib/payments'
import { Sacrifice } from '@/lib/protocols'

/**
 * The head of a 402 has a budget, because proxies and clients refuse larger ones: nginx as installed takes 4,096 bytes. It is held
 * after everything is put together, by giving up, in the order of `Sacrifice`, what the body has too. Counts bytes as they go over
 * the wire; all of our headers are Latin-1, so that a character is a byte. docs/head.md says it to people.
 */

/** Of the status line and all headers: where the ways to pay fit it, and where they do not. */
export const smallBytes = 4_000
export const largeBytes = 8_000
/** On so many networks nearly everything fits the small one. */
const fewNetworks = 2

/** What the server adds: status line, Date, Connection, Keep-Alive, Transfer-Encoding or Content-Length, the empty line. */
export const serverBytes = 150
/** Kept for the headers that let pages of other origins read the answer (lib/http/Cors.ts); they come when it names its origin. */
export const corsBytes = 220
/** What every 402 says besides, and what one with a problem as its body. */
export const common = { 'Cache-Control': 'no-store', Vary: 'Accept, Accept-Payment' } as const
export const ofProblem = { 'Content-Type': 'application/problem+json', 'X-Content-Type-Options': 'nosniff' } as const

type HeaderList = Protocol.Challenge['headers']

export type ChallengeHead = {
  /** The challenges' headers, to append. */
  headers: HeaderList
  /** Of the whole head, with what is kept for others. */
  bytes: number
  budget: number
  /** What was given up, in its order; `ways` too where not all of them are left. */
  given: readonly (Sacrifice.Sacrifice | 'ways')[]
}

/** What is asked for, as far as a head depends on it: its address, and on how many networks it is sold. */
export type HeadRequest = { url: string; networks: number }

/**
 * The headers of a challenge that fit the budget together with `rest`, those that are set already.
 * @throws AppError uri-too-long when nothing more can be given up.
 */
export function fit(
  challenge: Pick<Protocol.Challenge, 'headers' | 'headersWithout'>,
  rest: Iterable<readonly [string, string]>,
  { url, networks }: HeadRequest,
): ChallengeHead {
  const otherBytes = serverBytes + corsBytes + bytesOf(rest)
  const at = (step: number): HeaderList => challenge.headersWithout(Sacrifice.steps[step] ?? Sacrifice.steps[0])
  const sizeAt = (step: number) => otherBytes + bytesOf(step === 0 ? challenge.headers : at(step))
  const last = Sacrifice.steps.length - 1
  const kept = Sacrifice.order.indexOf(Sacrifice.keptWhere[networks <= fewNetworks ? 'few' : 'many'])
  const whole = sizeAt(0)
  if (whole <= smallBytes) return { headers: challenge.headers, bytes: whole, budget: smallBytes, given: [] }
  const budget = sizeAt(kept) <= smallBytes ? smallBytes : largeBytes
  // Each step only takes away, so that the first that fits is found by halves.
  let [low, high] = [0, last]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sizeAt(middle) <= budget) high = middle
    else low = middle + 1
  }
  if (sizeAt(low) > budget) throw tooLong(url)
  if (low > Sacrifice.order.length)
    return { headers: at(low), bytes: sizeAt(low), budget, given: [...Sacrifice.order, 'ways'] }
  return { budget, ...giveBack(challenge, Sacrifice.order.slice(0, low), otherBytes, budget) }
}

/** The last one may have made more room than was missing: what fits there comes back, the dearest first. */
function giveBack(
  { headersWithout }: Pick<Protocol.Challenge, 'headersWithout'>,
  names: readonly Sacrifice.Sacrifice[],
  otherBytes: number,
  budget: number,
): Pick<ChallengeHead, 'headers' | 'bytes' | 'given'> {
  let kept = { headers: headersWithout(Sacrifice.toGiven(names)), given: names }
  for (const name of names.slice(0, -1).toReversed()) {
    const given = kept.given.filter((one) => one !== name)
    const headers = headersWithout(Sacrifice.toGiven(given))
    if (otherBytes + bytesOf(headers) <= budget) kept = { headers, given }
  }
  return { ...kept, bytes: otherBytes + bytesOf(kept.headers) }
}

/** As they are written: "name: value" and a line's end, a name that stands several times once, its values with ", " between. */
export function bytesOf(headers: Iterable<readonly [string, string]>): number {
  const names = new Set<string>()
  let bytes = 0
  for (const [name, value] of headers) {
    bytes += value.length + (names.has(name) ? 2 : name.length + 4)
    names.add(name)
  }
  return bytes
}

function tooLong(url: string): AppError {
  const message = `With this address of ${url.length} characters the offers would be larger than HTTP clients and proxies read. Shorten it, or send its data in a body.`
  return new AppError('uri-too-long', message)
}
