import { Declaration } from '@/lib/discovery'
import { AppError } from '@/lib/errors'
import { Route } from '@/lib/gateway'
import { ResourceDraft, JsonSchema, type Resource } from '@/lib/merchants'

/** Converts the arguments of a tool to an HTTP request. Pure. */

/** `target` is the request target; `body` is JSON. */
export type ToolRequest = { method: string; target: string; body?: string }

type Members = Record<string, unknown>

const bodyMethods: readonly string[] = ['POST', 'PUT', 'PATCH']

/**
 * Builds the request. The same arguments in any order give an identical request: a payment is for one request, and a
 * repeat must match it.
 * @throws AppError bad-input naming the argument, as `query.city`.
 */
export function fromArguments(resource: Resource, arguments_: Members): ToolRequest {
  const { method, merchantSlug, path } = resource
  const names = ResourceDraft.namesIn(path)
  const hasBody = bodyMethods.includes(method)
  const known = [...(names.length > 0 ? ['path'] : []), 'query', ...(hasBody ? ['body'] : [])]
  const unknown = Object.keys(arguments_).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw wrong(unknown, `${unknown} is no argument of this tool. It takes ${known.join(', ')}.`)
  const { query, body } = Declaration.from(resource)
  const params = toParams(names, arguments_.path)
  const search = toSearch(arguments_.query, query?.schema)
  const target = `${Route.gatewayPrefix}${merchantSlug}${Route.fill(path, params)}${search && `?${search}`}`
  if (!hasBody) return { method, target }
  const text = toBody(arguments_.body, body?.schema)
  return { method, target, ...(text !== undefined && { body: text }) }
}

function toParams(names: readonly string[], value: unknown): Readonly<Record<string, string>> {
  const members = toMembers('path', value)
  const unknown = Object.keys(members).find((name) => !names.includes(name))
  if (unknown !== undefined) throw wrong(`path.${unknown}`, `path.${unknown} is no part of this path.`)
  return Object.fromEntries(
    names.map((name) => {
      const field = `path.${name}`
      const part = members[name]
      if (part === undefined) throw wrong(field, `${field} is required.`)
      if (typeof part !== 'string' && typeof part !== 'number') throw wrong(field, `${field} must be text.`)
      if (!Route.isParam(String(part)))
        throw wrong(field, `${field} must be one part of a path: not empty, not "." or "..", no control characters.`)
      return [name, String(part)]
    }),
  )
}

function toSearch(value: unknown, schema: JsonSchema.Schema | undefined): string {
  const members = toMembers('query', value)
  if (schema) assertFits({ type: 'object', ...schema }, members, 'query')
  const search = new URLSearchParams()
  for (const [name, member] of Object.entries(sorted(members) as Members))
    for (const one of Array.isArray(member) ? member : [member]) {
      if (typeof one === 'object')
        throw wrong(`query.${name}`, `query.${name} must be text, a number, true or false, or a list of those.`)
      search.append(name, String(one))
    }
  return search.toString()
}

function toBody(value: unknown, schema: JsonSchema.Schema | undefined): string | undefined {
  const isRequired = schema?.required !== undefined
  if (value === undefined && !isRequired) return undefined
  if (value === undefined) throw wrong('body', 'body is required.')
  if (schema) assertFits(schema, value, 'body')
  return JSON.stringify(sorted(value))
}

function toMembers(field: string, value: unknown): Members {
  if (value === undefined) return {}
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw wrong(field, `${field} must be an object.`)
}

function assertFits(schema: JsonSchema.Schema, value: unknown, at: string): void {
  const mismatch = JsonSchema.findMismatch(schema, value, at)
  if (mismatch !== undefined) throw wrong(mismatch.split(' ', 1)[0] ?? at, mismatch)
}

/** Sorts the members of objects, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}

function wrong(field: string, message: string): AppError {
  return new AppError('bad-input', message, { fields: [{ field, message }] })
}
