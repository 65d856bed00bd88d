import { AppError } from '@/lib/errors'
import type { Protocol } from '@/lib/payments'
import { Sacrifice } from '@/lib/protocols'

/**
 * The head of a 402 has a byte budget, because proxies and clients refuse larger ones: nginx with default settings
 * accepts 4,096 bytes. The budget is enforced last, after all headers are known, by dropping parts in the order of
 * `Sacrifice`. The body still has every dropped part. Bytes are counted as they are sent; all headers are Latin-1, so one
 * character is one byte. Documented for merchants in docs/head.md.
 */

/**
 * Budgets for the status line and all headers, in bytes: the small one if every way to pay fits it, else the large one.
 */
export const smallBytes = 4_000
export const largeBytes = 8_000
/** Up to this many networks, nearly everything fits the small budget. */
const fewNetworks = 2

/**
 * Bytes of what the server adds: status line, Date, Connection, Keep-Alive, Transfer-Encoding or Content-Length, the
 * empty line.
 */
export const serverBytes = 150
/** Bytes reserved for the CORS headers (lib/http/Cors.ts), which a 402 has only if its request has an Origin. */
export const corsBytes = 220
/** Headers of every 402, and the headers of a 402 with a problem as its body. */
export const common = { 'Cache-Control': 'no-store', Vary: 'Accept, Accept-Payment' } as const
export const ofProblem = { 'Content-Type': 'application/problem+json', 'X-Content-Type-Options': 'nosniff' } as const

type HeaderList = Protocol.Challenge['headers']

export type ChallengeHead = {
  /** The challenges' headers, to be appended. */
  headers: HeaderList
  /** Size of the whole head, including the bytes reserved for server and CORS headers. */
  bytes: number
  budget: number
  /** The parts that were dropped, in order. `ways` means that some ways to pay were dropped too. */
  given: readonly (Sacrifice.Sacrifice | 'ways')[]
}

/** What a head depends on: the resource's URL, and the number of networks it can be paid on. */
export type HeadRequest = { url: string; networks: number }

/**
 * Returns the challenge headers that fit the budget together with `rest`, the headers that are already set.
 * @throws AppError uri-too-long if the head is too large with everything dropped.
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
  // Each step only removes bytes, so a binary search finds the first step that fits.
  let [low, high] = [0, last]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sizeAt(middle) <= budget) high = middle
    else low = middle + 1
  }
  if (sizeAt(low) > budget) throw tooLong(url)
  if (low > Sacrifice.order.length)
    return { headers: at(low), bytes: sizeAt(low), budget, given: [...Sacrifice.order, 'ways'] }
  return { budget, ...restoreParts(challenge, Sacrifice.order.slice(0, low), otherBytes, budget) }
}

/**
 * The last dropped part may have freed more bytes than needed. Restores the earlier parts that fit, the most valuable
 * first.
 */
function restoreParts(
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

/**
 * Size of headers as Node writes them: "name: value" and a line end. A repeated name counts once, with its values joined
 * by ", ".
 */
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
