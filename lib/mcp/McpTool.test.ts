import { describe, expect, it } from 'vitest'
import type { AppError } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import * as ToolRequest from './ToolRequest'
import * as McpTool from './McpTool'

function resource(method: string, path: string, more: Partial<Resource> = {}): Resource {
  return {
    id: '7d5e2f3c-0b0a-4c57-9a54-0d9c1a6b2c11',
    merchantSlug: 'acme',
    method,
    path,
    name: 'Name',
    description: '',
    execution: null,
    priceMicros: 10_000n,
    pricing: null,
    session: false,
    meter: 'request',
    listing: { tags: [] },
    identifierRequired: false,
    ...more,
  } as Resource
}

describe('a name', () => {
  it('contains a plain path, and a mark for every other one', () => {
    expect(McpTool.nameOf(resource('GET', '/fortune'))).toBe('acme_get_fortune')
    expect(McpTool.nameOf(resource('GET', '/'))).toBe('acme_get')
    const marked = ['/users/:id', '/a_b', '/Users', '/a.b', `/${'x'.repeat(200)}`, '/a/0a1b2c3d', '/€']
    for (const path of marked) expect(McpTool.nameOf(resource('GET', path))).toMatch(/^acme_get[\w-]*_[0-9a-f]{8}$/)
    // A path that looks like a mark gets a mark itself.
    expect(McpTool.nameOf(resource('GET', '/a/0a1b2c3d'))).not.toBe('acme_get_a_0a1b2c3d')
  })

  it('is valid for models’ APIs, and unique', () => {
    const paths = ['/a/b', '/a_b', '/a-b', '/ab', '/A/b', '/a/:b', '/a/b.', '/a', '/', `/${'x'.repeat(99)}`]
    const names = paths.flatMap((path, index) =>
      ['acme', 'Acme', 'a_cme'].map((merchantSlug) =>
        McpTool.nameOf(resource('GET', path, { merchantSlug, id: `${merchantSlug} ${index}` })),
      ),
    )
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  })
})

describe('a merchant’s words', () => {
  it('are one line of plain text, shortened, followed by the price', () => {
    const { title, description } = McpTool.from(
      resource('GET', '/x', { name: 'A\n# heading\u202e', description: `${'y'.repeat(2_000)}` }),
    )
    expect(title).toBe('A # heading')
    expect(description).toMatch(/^A # heading: y+ \(Costs \$0\.01 a call, by x402 or MPP\.\)$/)
    expect(description.length).toBeLessThan(700)
  })

  it('are plain in a schema too, whose rules stay', () => {
    const schema = { type: 'object', required: ['q'], properties: { q: { type: 'string', description: 'a\nb' } } }
    const { inputSchema } = McpTool.from(resource('GET', '/x', { listing: { tags: [], query: { schema } } }))
    expect(inputSchema).toEqual({
      type: 'object',
      properties: {
        query: { type: 'object', required: ['q'], properties: { q: { type: 'string', description: 'a b' } } },
      },
      required: ['query'],
      additionalProperties: false,
    })
  })

  it('explain why a session cannot be paid over MCP', () => {
    expect(McpTool.from(resource('GET', '/x', { session: true, meter: 'event' })).description).toContain('Not payable')
    expect(McpTool.unpayable(resource('GET', '/x', { session: true, meter: 'request' }))).toBeUndefined()
  })
})

describe('arguments', () => {
  const fieldOf = (sold: Resource, given: Record<string, unknown>) => {
    try {
      ToolRequest.fromArguments(sold, given)
    } catch (error) {
      return (error as AppError).fields[0]?.field
    }
    return undefined
  }
  const posted = resource('POST', '/users/:id', {
    listing: {
      tags: [],
      query: { schema: { properties: { page: { type: 'integer' } } } },
      body: { schema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } } },
    },
  })

  it('give the same request in any order', () => {
    const asked = {
      method: 'POST',
      target: '/gateway/acme/users/a%20b?also=x&also=y&page=2',
      body: '{"deep":{"a":1,"b":2},"text":"t"}',
    }
    expect(
      ToolRequest.fromArguments(posted, {
        path: { id: 'a b' },
        query: { page: 2, also: ['x', 'y'] },
        body: { text: 't', deep: { b: 2, a: 1 } },
      }),
    ).toEqual(asked)
    expect(
      ToolRequest.fromArguments(posted, {
        body: { deep: { a: 1, b: 2 }, text: 't' },
        query: { also: ['x', 'y'], page: 2 },
        path: { id: 'a b' },
      }),
    ).toEqual(asked)
  })

  it('are named if they are wrong', () => {
    const good = { path: { id: 'a' }, body: { text: 't' } }
    expect(fieldOf(posted, good)).toBeUndefined()
    expect(fieldOf(posted, { ...good, header: {} })).toBe('header')
    expect(fieldOf(posted, { body: good.body })).toBe('path.id')
    expect(fieldOf(posted, { ...good, path: { id: 'a', other: 'b' } })).toBe('path.other')
    for (const id of ['', '.', '..', 'a/b', 'a\\b', 'a\u0000', '%2e', '\ud800', {}])
      expect(fieldOf(posted, { ...good, path: { id } })).toBe('path.id')
    expect(fieldOf(posted, { ...good, query: { page: 'two' } })).toBe('query.page')
    expect(fieldOf(posted, { ...good, query: { page: 2, deep: {} } })).toBe('query.deep')
    expect(fieldOf(posted, { ...good, query: 'page=2' })).toBe('query')
    expect(fieldOf(posted, { path: good.path })).toBe('body')
    expect(fieldOf(posted, { ...good, body: { text: 1 } })).toBe('body.text')
    expect(fieldOf(posted, { ...good, body: {} })).toBe('body.text')
    expect(fieldOf(resource('GET', '/x'), { body: {} })).toBe('body')
  })
})
