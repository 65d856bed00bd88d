import type { Json, Schema } from './JsonSchema'

/** A JSON Schema that describes an example: a start for a person to edit. Pure. */

/** Deeper parts of an example are left open. */
const depthMax = 6
const propertiesMax = 40

/** The schema of one value. Members of an object count as required; a list has the schema of its first item. */
export function from(value: Json, depth = 0): Schema {
  if (value === null) return { type: 'null' }
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' }
  if (typeof value !== 'object') return { type: typeof value }
  if (Array.isArray(value)) {
    const [first] = value as readonly Json[]
    return first === undefined || depth >= depthMax
      ? { type: 'array' }
      : { type: 'array', items: from(first, depth + 1) }
  }
  if (depth >= depthMax) return { type: 'object' }
  const entries = Object.entries(value as Readonly<Record<string, Json>>).slice(0, propertiesMax)
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, member]) => [name, from(member, depth + 1)])),
    ...(entries.length > 0 && { required: entries.map(([name]) => name) }),
  }
}
