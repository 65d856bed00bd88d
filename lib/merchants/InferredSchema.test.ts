import { expect, it } from 'vitest'
import * as InferredSchema from './InferredSchema'
import * as JsonSchema from './JsonSchema'

const example = { city: 'Rome', rain: true, mm: 1.5, days: [{ at: 1, note: null }], none: [], wind: {} }

it('describes an example so that the example matches it, and others of its shape do', () => {
  const schema = InferredSchema.from(example)
  expect(JsonSchema.findFault(schema)).toBeUndefined()
  expect(JsonSchema.findMismatch(schema, example, 'It')).toBeUndefined()
  expect(JsonSchema.findMismatch(schema, { ...example, city: 'Oslo', mm: 7 }, 'It')).toBeUndefined()
  expect(JsonSchema.findMismatch(schema, { ...example, city: 1 }, 'It')).toContain('city')
  expect(JsonSchema.findMismatch(schema, { rain: true }, 'It')).toContain('city')
})

it('ends at a depth', () => {
  let deep: JsonSchema.Json = 1
  for (let level = 0; level < 30; level++) deep = { deep }
  expect(JsonSchema.findFault(InferredSchema.from(deep))).toBeUndefined()
})
