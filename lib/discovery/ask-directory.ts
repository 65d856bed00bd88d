import { z } from 'zod'
import { egressAgent } from '@/lib/egress'

/** The result of looking an address up in an x402 catalogue. */
export type DirectoryAnswer =
  | { kind: 'listed'; updatedAt: string | null }
  /** `looked` is the number of entries read; `total` is the catalogue's own count, if it gives one. */
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
 * Looks an address up in another installation's bazaar (x402 v2 8.1, GET /discovery/resources). Calls public
 * addresses only, follows no redirect, and limits size and time. Filters by payee; a catalogue that ignores the
 * filter returns other entries too, which are skipped. Never throws.
 * @param base the address before `/discovery/resources`.
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

/** The page, or a sentence why there is none. */
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

/** Compares two addresses without query and last slash. A template equals every address of its shape. */
function isSame(listed: string, resource: string): boolean {
  const [one, other] = [listed, resource].map((text) => text.split(/[?#]/, 1)[0]?.replace(/\/+$/, '').split('/') ?? [])
  if (!one || !other || one.length !== other.length) return false
  return other.every((part, index) => part === one[index] || (part.startsWith(':') && one[index] !== ''))
}

function toIso(value: string | number | undefined): string | null {
  if (value === undefined) return null
  // Some catalogues send seconds, like the specification's example.
  const date = new Date(typeof value === 'number' && value < 1e11 ? value * 1000 : value)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
