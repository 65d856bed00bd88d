import { Argument, type Execution, type JsonSchema, type Listing } from '@/lib/merchants'
import * as Text from './Text'

/** The public part of an action: its inputs and its answer. Does not disclose the contract that it calls. */
export type PublishedAction = {
  wanted: readonly ActionInput[]
  /** The finality at which the action counts as done; undefined: the policy's. */
  finality: Execution.ExecutionFinality | undefined
}

type ActionInput = {
  from: Argument.ArgumentSource
  name: string
  words: string
  schema: Record<string, unknown>
  example: unknown
}

export function from(execution: Execution.Execution, wanted: ReturnType<typeof Execution.wanted>): PublishedAction {
  return {
    finality: execution.finality,
    wanted: wanted.map(({ wanted: one, type }) => ({
      from: one.from,
      name: one.name,
      words: Argument.inWords(one, { type }),
      schema: schemaOf(one, type),
      example: exampleOf(one, type),
    })),
  }
}

/** Query parameters of an OpenAPI operation. Path parameters belong to the path. */
export function parameters({ wanted }: PublishedAction): Record<string, unknown>[] {
  return wanted
    .filter(({ from: place }) => place === 'query')
    .map(({ name, words, schema, example }) => ({
      name,
      in: 'query',
      required: true,
      description: Text.toMarkdown(words),
      schema,
      example,
    }))
}

/** The body of an OpenAPI operation; undefined if it needs none. */
export function requestBody(action: PublishedAction): Record<string, unknown> | undefined {
  const part = partOf(action, 'body')
  return (
    part && {
      required: true,
      description: 'The arguments. The challenge is made for the body that came, and pays for that one only.',
      content: { 'application/json': part },
    }
  )
}

/** All arguments that come from one place; undefined if there are none. */
export function partOf({ wanted }: PublishedAction, place: 'query' | 'body'): Listing.ListingPart | undefined {
  const members = wanted.filter(({ from: other }) => other === place)
  if (members.length === 0) return undefined
  const properties = members.map(({ name, words, schema }) => [
    name,
    { ...schema, description: Text.toMarkdown(words) },
  ])
  return {
    schema: {
      type: 'object',
      required: members.map(({ name }) => name),
      properties: Object.fromEntries(properties) as Record<string, JsonSchema.Json>,
    },
    example: Object.fromEntries(members.map(({ name, example }) => [name, example])) as JsonSchema.Json,
  }
}

/** The answers to a paid request, by status. */
export const responses = {
  '200': {
    description:
      'It is done, or, as server-sent events to those who accept text/event-stream, every step until it is: queued, signed, submitted, included; the last event is `result`.',
    content: {
      'application/json': { schema: { type: 'object' } },
      'text/event-stream': { schema: { type: 'string' } },
    },
  },
  '202': {
    description:
      'It is under way. The same request with the same credential tells how it stands, and never does it again.',
    content: { 'application/json': { schema: { type: 'object' } } },
  },
  '422': {
    description: 'An argument is wrong, or the action would revert. Nothing was charged.',
    content: { 'application/problem+json': {} },
  },
}

/** The action in words, for `/llms.txt`. */
export function inWords({ wanted }: PublishedAction): string {
  const arguments_ = wanted.map(({ from: place, name, words }) => `${place} \`${name}\`: ${Text.toMarkdown(words)}`)
  const brings = arguments_.length === 0 ? 'Takes no arguments' : `Arguments: ${arguments_.join('; ')}`
  return `${brings}. Executed on chain once it is paid; \`Accept: text/event-stream\` streams its progress, and the answer links a receipt of the execution`
}

function schemaOf({ min, max, allowed }: Argument.ArgumentRule, type: string): Record<string, unknown> {
  if (type === 'bool') return { type: 'boolean' }
  if (type === 'address') return { type: 'string', pattern: '^0x[0-9a-fA-F]{40}$', ...(allowed && { enum: allowed }) }
  if (type === 'string') return { type: 'string' }
  if (type.startsWith('bytes')) return { type: 'string', pattern: '^0x([0-9a-fA-F]{2})*$' }
  const isSmall = [min, max].every((limit) => limit !== undefined && Number.isSafeInteger(Number(limit)))
  // Larger integers lose digits as JSON numbers, so they are sent as text.
  return isSmall
    ? { type: 'integer', minimum: Number(min), maximum: Number(max) }
    : { type: 'string', pattern: '^-?[0-9]+$' }
}

function exampleOf(wanted: Argument.ArgumentRule, type: string): unknown {
  const { name, min, max, allowed } = wanted
  if (type === 'bool') return true
  if (type === 'address') return allowed?.[0] ?? `0x${'11'.repeat(20)}`
  if (type === 'string') return name.slice(0, wanted.maxBytes ?? Argument.bytesDefault)
  if (type.startsWith('bytes')) return `0x${'00'.repeat(Number(type.slice('bytes'.length) || 1))}`
  const value = min ?? max ?? '1'
  return schemaOf(wanted, type).type === 'integer' ? Number(value) : value
}
