import { labelNetwork } from '@/lib/chains'
import type { Resource } from '@/lib/merchants'
import { Caip, type Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { Sacrifice } from '@/lib/protocols'
import { composeChallenge } from './preview-402'
import * as ChallengeHead from './ChallengeHead'

/** The report for a merchant on the head of a resource's 402. Sizes are in bytes as sent. */
export type HeadReport = {
  bytes: number
  budget: number
  /** What the head contains, in its order. */
  groups: readonly HeadGroup[]
  /** The parts that were dropped from the head and are only in the body, in order; each is a phrase. */
  left: readonly string[]
  takers: readonly HeadLimit[]
}

export type HeadGroup = { name: string; bytes: number; parts: readonly HeadPart[] }
export type HeadPart = { name: string; bytes: number }

/** A proxy or a client, with its default limit. */
export type HeadLimit = { name: string; kind: 'proxy' | 'client'; limit: string; takes: boolean; wayOut?: string }

/** Describes the head of the 402 for a request without query, body or credential. Sends and stores nothing. */
export function describeHead(resource: Resource, nowMs: number, takes: Protocol.AcceptedMethods): HeadReport {
  const { challenge, rest, asked } = composeChallenge(resource, nowMs, {}, takes)
  const head = ChallengeHead.fit(challenge, rest, asked)
  const groups = groupsOf(head.headers, rest)
  const lines = Math.max(...groups.map(({ bytes }) => bytes))
  return {
    bytes: head.bytes,
    budget: head.budget,
    groups,
    left: droppedParts(challenge, head.given),
    takers: takers.map(({ whole, line, ...taker }) => ({
      ...taker,
      takes: head.bytes <= (whole ?? Infinity) && lines <= (line ?? Infinity),
    })),
  }
}

const words: Record<Sacrifice.Sacrifice, string> = {
  schemas: 'the schemas of x402’s extensions, which clients know',
  repetition: 'what is said twice',
  output: 'what the answer looks like',
  offers: 'the signed offers',
  query: 'the query of the address',
  examples: 'examples and schemas of the call',
  about: 'service name, tags, icon and media type',
  form: 'the long form of the catalogue entry',
  description: 'the end of the description',
  address: 'the values in the path',
  identifier: 'that payments may carry an id of their own',
  bazaar: 'the catalogue entry',
  permit2: 'Permit2 beside EIP-3009',
  'sign-in': 'signing in to come back',
}

/** Of the dropped parts, those that this resource has. */
function droppedParts(
  { headersWithout, headers }: Protocol.Challenge,
  given: ChallengeHead.ChallengeHead['given'],
): string[] {
  const whole = ChallengeHead.bytesOf(headers)
  return given.flatMap((name) => {
    if (name === 'ways') return ['the last ways to pay']
    return ChallengeHead.bytesOf(headersWithout(Sacrifice.toGiven([name]))) < whole ? [words[name]] : []
  })
}

function groupsOf(headers: Protocol.Challenge['headers'], rest: readonly (readonly [string, string])[]): HeadGroup[] {
  const x402 = headers.find(([name]) => name === 'PAYMENT-REQUIRED')
  const mpp = headers.filter(([name]) => name === 'WWW-Authenticate')
  const otherBytes = ChallengeHead.bytesOf(rest)
  return [
    ...(x402 ? [toGroup('PAYMENT-REQUIRED', [x402], partsOfX402(x402[1]))] : []),
    ...(mpp.length > 0
      ? [
          toGroup(
            'WWW-Authenticate',
            mpp,
            mpp.map(([, value]) => partOfMpp(value)),
          ),
        ]
      : []),
    { name: 'Other headers', bytes: otherBytes + ChallengeHead.serverBytes, parts: [] },
    { name: 'Kept for pages of other origins', bytes: ChallengeHead.corsBytes, parts: [] },
  ]
}

/** A header with its parts. The last part is the rest of its bytes. */
function toGroup(name: string, headers: Protocol.Challenge['headers'], parts: readonly HeadPart[]): HeadGroup {
  const bytes = ChallengeHead.bytesOf(headers)
  const own = bytes - parts.reduce((sum, part) => sum + part.bytes, 0)
  return { name, bytes, parts: [...parts, { name: 'the rest', bytes: own }] }
}

type Decoded = {
  resource: object
  accepts: readonly { scheme: string; network: Caip2; extra?: { assetTransferMethod?: string } }[]
  extensions?: Record<string, unknown>
}

function partsOfX402(header: string): HeadPart[] {
  const { resource, accepts, extensions = {} } = JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as Decoded
  const toPart = (name: string, value: unknown) => ({ name, bytes: Math.round((inJson(value) * 4) / 3) })
  return [
    ...accepts.map((offer) => {
      const by = offer.extra?.assetTransferMethod === undefined ? '' : ' by Permit2'
      return toPart(`${offer.scheme}${by} on ${labelNetwork(offer.network).name}`, offer)
    }),
    toPart('address and description', resource),
    ...Object.entries(extensions).map(([name, extension]) => toPart(name, extension)),
  ]
}

function inJson(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1
}

function partOfMpp(value: string): HeadPart {
  const {
    method = '',
    intent = '',
    request = '',
  } = Object.fromEntries(
    [...value.matchAll(/(method|intent|request)="([^"]*)"/g)].map(([, name, text]) => [name, text]),
  ) as Record<string, string>
  const { methodDetails } = JSON.parse(Buffer.from(request, 'base64url').toString('utf8')) as {
    methodDetails: { chainId: number }
  }
  const network = Caip.fromChainId(methodDetails.chainId)
  return { name: `${method} ${intent} on ${labelNetwork(network).name}`, bytes: value.length }
}

type Limits = Omit<HeadLimit, 'takes'> & { whole?: number; line?: number }

/** Default limits as of July 2026. A line is one header. */
const takers: readonly Limits[] = [
  {
    name: 'nginx',
    kind: 'proxy',
    limit: '4 KiB in all',
    whole: 4 * 1024,
    wayOut: 'Set proxy_buffer_size 8k where it passes requests on.',
  },
  { name: 'Apache', kind: 'proxy', limit: '8 KiB a header', line: 8 * 1024 },
  { name: 'Varnish', kind: 'proxy', limit: '8 KiB a header, 32 KiB in all', line: 8 * 1024, whole: 32 * 1024 },
  { name: 'HAProxy', kind: 'proxy', limit: '15 KiB in all', whole: 15 * 1024 },
  { name: 'Cloudflare', kind: 'proxy', limit: '16 KB a header, 32 KB in all', line: 16_000, whole: 32_000 },
  { name: 'Envoy', kind: 'proxy', limit: '60 KiB in all', whole: 60 * 1024 },
  { name: 'Caddy, Traefik', kind: 'proxy', limit: '10 MiB in all', whole: 10 * 1024 * 1024 },
  { name: 'Python: aiohttp', kind: 'client', limit: '8,190 bytes a header', line: 8_190 },
  { name: 'Node.js: fetch, axios', kind: 'client', limit: '16 KiB in all', whole: 16 * 1024 },
  { name: 'Python: requests, httpx', kind: 'client', limit: '64 KiB a header', line: 64 * 1024 },
  { name: 'Go: net/http', kind: 'client', limit: '10 MiB in all', whole: 10 * 1024 * 1024 },
]
