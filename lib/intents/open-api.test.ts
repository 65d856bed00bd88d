import { expect, test } from 'vitest'
import { openApi } from './open-api'
import * as ExecutionRequest from './ExecutionRequest'

type Document = {
  paths: Record<string, Record<string, { responses?: Record<string, unknown> }>>
  components: {
    schemas: Record<'Request' | 'Call' | 'Transaction' | 'Problem', { properties: Record<string, object> }>
  }
}

const document = JSON.parse(JSON.stringify(openApi())) as Document

test('lists exactly the fields of a request', () => {
  const fieldsOf = (input: object) => {
    try {
      ExecutionRequest.parse(input)
      return []
    } catch (error) {
      return (error as { fields: { field: string; message: string }[] }).fields
    }
  }
  const described = Object.keys(document.components.schemas.Request.properties)
  const unknown = fieldsOf(
    Object.fromEntries([...described.filter((name) => name !== 'calls'), 'other'].map((name) => [name, 1])),
  )
  expect(unknown.filter(({ message }) => /no such field/.test(message)).map(({ field }) => field)).toEqual(['other'])
  const inCall = Object.fromEntries(
    [...Object.keys(document.components.schemas.Call.properties), 'other'].map((name) => [name, 1]),
  )
  const ofCall = fieldsOf({ calls: [inCall] })
  expect(ofCall.filter(({ message }) => /no such field/.test(message)).map(({ field }) => field)).toEqual([
    'calls.0.other',
  ])
})

test('lists the errors of every operation, and refers only to itself', () => {
  for (const item of Object.values(document.paths))
    for (const [method, operation] of Object.entries(item))
      if (method !== 'parameters')
        expect(Object.keys(operation.responses ?? {})).toEqual(expect.arrayContaining(['401', '429']))
  const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  )
  expect(new Set(pointers)).toEqual(new Set(Object.keys(document.components.schemas)))
})
