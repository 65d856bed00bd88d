import { expect, it } from 'vitest'
import { z } from 'zod'
import * as shapes from './shapes'

it.each([
  [z.string().max(64), 'x'.repeat(65), 'member must have at most 64 characters'],
  [z.string().min(2), 'x', 'member must have at least 2 characters'],
  [z.number().positive(), 0, 'member must be more than 0'],
  [z.number().max(86_400), 1e9, 'member must be at most 86400'],
  [z.array(z.string()).max(2), ['a', 'b', 'c'], 'member must have at most 2 entries'],
  [shapes.hex(4), '0x1122334455', 'member must be at most 4 bytes'],
  [shapes.uint, 'x', 'member must be a decimal integer without sign, blank or leading zero'],
  [z.string(), 7, 'member is missing or of the wrong type'],
  [z.literal('a'), 'b', 'member is not valid'],
] as const)('a limit is named with its number: %#', (schema, value, words) => {
  const { error } = z.object({ member: schema }).safeParse({ member: value })
  expect(error && shapes.explain(error)).toBe(words)
})
