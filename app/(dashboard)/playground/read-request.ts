import { gatewayUrl, type ResourceRow } from '@/lib/merchants'

export type Params = Record<string, string | string[] | undefined>

/** The request, as the page's URL holds it. */
export type FilledRequest = {
  /** Values of the path parameters, by name. */
  values: Readonly<Record<string, string>>
  query: string
  body: string | undefined
  url: string
  /** Why it cannot be sent; undefined if it can. */
  problem: string | undefined
}

const withBody: readonly string[] = ['POST', 'PUT', 'PATCH']

/** Builds the request from the form. Its values become parts of one URL on this server, and nothing else. */
export function readRequest({ merchantSlug, method, path }: ResourceRow, params: Params): FilledRequest {
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
    problem: missing ? `Enter a value for ":${missing}".` : body ? problemOf(body) : undefined,
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
