import { isDeepStrictEqual } from 'node:util'

/**
 * Reads JSON Schema (2020-12) of third parties without running it: no code is generated, no pattern is executed, no reference
 * is followed. Checks the part that a small interpreter can decide in bounded time; every other keyword counts as a remark.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type Schema = { readonly [keyword: string]: Json }

/** How deep a schema or an example may nest, and how many values it may have. */
const depthMax = 16
const valuesMax = 500

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const
const inOne = ['items', 'additionalProperties', 'not', 'contains', 'propertyNames'] as const
const inMap = ['properties', '$defs', 'patternProperties'] as const
const inList = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const
const counts = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const
const limits = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const
/** Keywords that point outside the document, or back into it. */
const references = ['$ref', '$id', '$dynamicRef', '$anchor', '$dynamicAnchor', '$recursiveRef'] as const

/** What is wrong with a value as a schema, as a phrase after its name; undefined if nothing is. Never throws. */
export function findFault(schema: unknown, depth = 0): string | undefined {
  if (!isObject(schema)) return 'must be a JSON object'
  if (depth === 0 && !isSmall(schema)) return `must hold at most ${valuesMax} values, at most ${depthMax} deep`
  const reference = references.find((keyword) => Object.hasOwn(schema, keyword))
  if (reference) return `must stand for itself: "${reference}" is not followed`
  if (schema.type !== undefined && !asList(schema.type).every((type) => types.some((known) => known === type)))
    return `has a type that is none of ${types.join(', ')}`
  const { required } = schema
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === 'string')))
    return 'must list names in "required"'
  if (schema.enum !== undefined && !(Array.isArray(schema.enum) && schema.enum.length > 0))
    return 'must list values in "enum"'
  const count = counts.find((keyword) => schema[keyword] !== undefined && !isCount(schema[keyword]))
  if (count) return `must have a whole number in "${count}"`
  const limit = limits.find((keyword) => schema[keyword] !== undefined && typeof schema[keyword] !== 'number')
  if (limit) return `must have a number in "${limit}"`
  return findFaultBelow(schema, depth)
}

function findFaultBelow(schema: Record<string, unknown>, depth: number): string | undefined {
  const one = inOne.map((keyword) => schema[keyword])
  const map = inMap.map((keyword) => schema[keyword])
  if (map.some((part) => part !== undefined && !isObject(part))) return 'must have an object in "properties"'
  const list = inList.map((keyword) => schema[keyword])
  if (list.some((part) => part !== undefined && !Array.isArray(part))) return 'must have a list in "anyOf" and its like'
  const parts = [...one, ...map.flatMap((part) => Object.values(part ?? {})), ...list.flat()]
  for (const part of parts) {
    if (part === undefined || typeof part === 'boolean') continue
    const fault = findFault(part, depth + 1)
    if (fault) return fault
  }
  return undefined
}

/**
 * The first place where a value does not match a schema, as a sentence: "query.city must be a string." Undefined if this
 * interpreter finds none. `schema` has no fault. Never throws.
 */
export function findMismatch(schema: unknown, value: unknown, at: string): string | undefined {
  if (schema === false) return `${at} must not be there.`
  if (!isObject(schema)) return undefined
  if (schema.type !== undefined && !asList(schema.type).some((type) => isOf(type, value)))
    return `${at} must be of type ${asList(schema.type).join(' or ')}.`
  if (schema.const !== undefined && !isDeepStrictEqual(schema.const, value))
    return `${at} must be ${JSON.stringify(schema.const)}.`
  if (Array.isArray(schema.enum) && !schema.enum.some((one) => isDeepStrictEqual(one, value)))
    return `${at} must be one of ${JSON.stringify(schema.enum)}.`
  if (typeof value === 'number') return numberMismatch(schema, value, at)
  if (typeof value === 'string') return countMismatch(schema, 'Length', [...value].length, `${at} has a length that`)
  if (Array.isArray(value)) return arrayMismatch(schema, value, at)
  return isObject(value) ? objectMismatch(schema, value, at) : undefined
}

function numberMismatch(schema: Record<string, unknown>, value: number, at: string): string | undefined {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema
  const isOut =
    (typeof minimum === 'number' && value < minimum) ||
    (typeof maximum === 'number' && value > maximum) ||
    (typeof above === 'number' && value <= above) ||
    (typeof below === 'number' && value >= below)
  return isOut ? `${at} is out of range.` : undefined
}

function countMismatch(schema: Record<string, unknown>, of: string, count: number, words: string): string | undefined {
  const [min, max] = [schema[`min${of}`], schema[`max${of}`]]
  const isOut = (typeof min === 'number' && count < min) || (typeof max === 'number' && count > max)
  return isOut ? `${words} is out of range.` : undefined
}

function arrayMismatch(schema: Record<string, unknown>, value: readonly unknown[], at: string): string | undefined {
  const items = value.map((item, index) => findMismatch(schema.items, item, `${at}[${index}]`))
  return countMismatch(schema, 'Items', value.length, `${at} has a number of items that`) ?? items.find(Boolean)
}

function objectMismatch(
  schema: Record<string, unknown>,
  value: Record<string, unknown>,
  at: string,
): string | undefined {
  const missing = asList(schema.required ?? []).find((name) => !Object.hasOwn(value, String(name)))
  if (missing !== undefined) return `${at}.${String(missing)} is required.`
  const properties = isObject(schema.properties) ? schema.properties : {}
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name)
    // A pattern may allow what no name does, and patterns are not executed.
    const rest = schema.patternProperties === undefined ? schema.additionalProperties : undefined
    const mismatch = findMismatch(known ? properties[name] : rest, member, `${at}.${name}`)
    if (mismatch) return mismatch
  }
  return countMismatch(schema, 'Properties', Object.keys(value).length, `${at} has a number of members that`)
}

/** The smallest value that a schema without fault allows, as far as it can be computed: only what is required. */
export function sample(schema: Schema): Json {
  if (schema.example !== undefined) return schema.example
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0] as Json
  const [type] = asList(schema.type ?? (schema.properties === undefined ? 'null' : 'object'))
  if (type === 'string') return 'x'.repeat(typeof schema.minLength === 'number' ? Math.min(schema.minLength, 64) : 0)
  if (type === 'integer' || type === 'number') return typeof schema.minimum === 'number' ? schema.minimum : 1
  if (type === 'boolean') return true
  if (type === 'array') return []
  if (type !== 'object') return null
  const properties = isObject(schema.properties) ? schema.properties : {}
  const members = asList(schema.required ?? []).map((name) => {
    const member = properties[String(name)]
    return [String(name), isObject(member) ? sample(member as Schema) : '']
  })
  return Object.fromEntries(members) as Json
}

/** Whether a value is within the limits of this file. */
export function isSmall(value: unknown): boolean {
  let left = valuesMax
  const visit = (one: unknown, depth: number): boolean => {
    if (--left < 0 || depth > depthMax) return false
    if (Array.isArray(one)) return one.every((item) => visit(item, depth + 1))
    return !isObject(one) || Object.values(one).every((item) => visit(item, depth + 1))
  }
  return visit(value, 0)
}

function isOf(type: unknown, value: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
