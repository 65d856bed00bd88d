import { z } from 'zod'
import { egressAgent } from '@/lib/egress'

/** What a catalogue of x402 says of an address. */
export type DirectoryAnswer =
  | { kind: 'listed'; updatedAt: string | null }
  /** `looked` entries were read, of `total` where it says how many there are. */
  | { kind: 'absent'; looked: number; total: number | null }
  | { kind: 'silent'; reason: string }

const pageSize = 100
const pagesMax = 5
const waitMs = 4_000
const bytesMax = 2 * 1024 * 1024

const Page = z.object({
  items: z.array(z.object({ resource: z.string(), lastUpdated: z.union([z.string(), z.number()]).optional() }).loose()),
  pagination: z.object({ total: z.number().optional() }).loose().optional(),
})

/**
 * Looks an address up in another installation's bazaar (x402 v2 8.1, GET /discovery/resources): public addresses only, no redirect is
 * followed, and answer and time are bounded. Entries are asked for by who is paid, which those that do not know it read over.
 * Throws nothing.
 * @param base what `/discovery/resources` is appended to.
 * @param resource the address as a catalogue lists it, `:name` for any segment.
 */
export async function askDirectory(base: string, resource: string, payTo: string): Promise<DirectoryAnswer> {
  const signal = AbortSignal.timeout(waitMs)
  let looked = 0
  let total: number | null = null
  try {
    for (let page = 0; page < pagesMax; page++) {
      const query = new URLSearchParams({ type: 'http', payTo, limit: String(pageSize), offset: String(looked) })
      const read = await readPage(`${base.replace(/\/+$/, '')}/discovery/resources?${query}`, signal)
      if (typeof read === 'string') return { kind: 'silent', reason: read }
      const found = read.items.find((item) => isSame(item.resource, resource))
      if (found) return { kind: 'listed', updatedAt: toIso(found.lastUpdated) }
      looked += read.items.length
      total = read.pagination?.total ?? null
      if (read.items.length < pageSize || (total !== null && looked >= total)) break
    }
    return { kind: 'absent', looked, total }
  } catch {
    return { kind: 'silent', reason: signal.aborted ? `No answer within ${waitMs / 1000} s.` : 'It cannot be reached.' }
  }
}

/** The page, or why there is none. */
async function readPage(url: string, signal: AbortSignal): Promise<z.infer<typeof Page> | string> {
  const { origin, pathname, search } = new URL(url)
  const headers = { accept: 'application/json', 'user-agent': 'Sluice-Discovery/1' }
  const response = await egressAgent().request({ origin, path: pathname + search, method: 'GET', headers, signal })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += (chunk as Buffer).byteLength
    if (size > bytesMax) {
      response.body.on('error', () => {}).destroy()
      return `Its answer is larger than ${bytesMax / 1024 / 1024} MiB.`
    }
    chunks.push(chunk as Buffer)
  }
  if (response.statusCode === 404) return 'It keeps no catalogue.'
  if (response.statusCode !== 200) return `It answered HTTP ${response.statusCode}.`
  const page = Page.safeParse(toJson(Buffer.concat(chunks).toString('utf8')))
  return page.success ? page.data : 'Its answer is no catalogue of x402.'
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Without query and last slash; a template is any address of its shape. */
function isSame(listed: string, resource: string): boolean {
  const [one, other] = [listed, resource].map((text) => text.split(/[?#]/, 1)[0]?.replace(/\/+$/, '').split('/') ?? [])
  if (!one || !other || one.length !== other.length) return false
  return other.every((part, index) => part === one[index] || (part.startsWith(':') && one[index] !== ''))
}

function toIso(value: string | number | undefined): string | null {
  if (value === undefined) return null
  // Some say seconds, as the specification's example does.
  const date = new Date(typeof value === 'number' && value < 1e11 ? value * 1000 : value)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
