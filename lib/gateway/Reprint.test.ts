import { describe, expect, it } from 'vitest'
import * as Reprint from './Reprint'

const inBase64 = (text: string) => Buffer.from(text).toString('base64')
const answerOf = (token: string, id: string) => ({
  status: 402,
  headers: [
    ['payment-required', inBase64(`{"quote":"${token}","again":"${token}"}`)],
    ['www-authenticate', `Payment id="${id}", opaque="${token}"`],
    ['cache-control', 'no-store'],
  ] as [string, string][],
  body: Buffer.from(`{"id":"${id}","quote":"${token}"}`),
})

describe('a 402 made from a template', () => {
  it('has the own texts of the new request in every place, and the rest unchanged', () => {
    const form = Reprint.from(answerOf('Ab-_1', 'xyz'), ['Ab-_1', 'xyz'])
    expect(Reprint.print(form, ['Other9', 'uvw'])).toEqual(answerOf('Other9', 'uvw'))
    expect(Reprint.print(form, ['Ab-_1', 'xyz'])).toEqual(answerOf('Ab-_1', 'xyz'))
  })

  it('is unchanged if there are no own texts', () => {
    const plain = { status: 402, headers: [['a', 'b']] as [string, string][], body: Buffer.from('c') }
    expect(Reprint.print(Reprint.from(plain, ['nowhere']), ['x'])).toEqual(plain)
  })
})
