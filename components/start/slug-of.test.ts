import { expect, it } from 'vitest'
import { slugOf } from './slug-of'

it.each([
  ['Acme Data', 'acme-data'],
  ['  Ärger & Söhne  ', 'arger-sohne'],
  ['日本', ''],
  ['a'.repeat(60), 'a'.repeat(40)],
  [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
])('the name %j suggests the address %j', (name, slug) => expect(slugOf(name)).toBe(slug))
