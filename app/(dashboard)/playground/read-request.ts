import { gatewayUrl, type ResourceRow } from '@/lib/merchants'

export type Params = Record<string, string | string[] | undefined>

/** What is asked for, as the page's own address holds it. */
export type Asked = {
  /** Values of the path's names, by name. */
  values: Readonly<Record<string, string>>
  query: string
  body: string | undefined
  url: string
  /** What keeps it from being sent; undefined when nothing does. */
  problem: string | undefined
}

const withBody: readonly string[] = ['POST', 'PUT', 'PATCH']

/** The request of a resource that the form describes. Whatever the address says becomes text of one URL on this server. */
export function readRequest({ merchantSlug, method, path }: ResourceRow, params: Params): Asked {
  const text = (name: string) => (typeof params[name] === 'string' ? params[name].slice(0, 4_096) : '')
  const values = Object.fromEntries(namesIn(path).map((name) => [name, text(`at.${name}`)]))
  const missing = Object.keys(values).find((name) => values[name] === '')
  const filled = path.replace(/(?<=\/):([A-Za-z_]\w*)(?=\/|$)/g, (_, name: string) =>
    encodeURIComponent(values[name] || name),
  )
  const query = text('query').replace(/^\?/, '')
  const body = withBody.includes(method) ? text('body') : undefined
  return {
    values,
    query,
    body,
    url: `${gatewayUrl(merchantSlug)}${filled}${query ? `?${query}` : ''}`,
    problem: missing ? `Say what stands for ":${missing}".` : body ? problemOf(body) : undefined,
  }
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/(?<=\/):([A-Za-z_]\w*)(?=\/|$)/g)].map(([, name = '']) => name)
}

function problemOf(body: string): string | undefined {
  try {
    JSON.parse(body)
    return undefined
  } catch {
    return 'The body is not JSON yet.'
  }
}
