import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { loggerTo } from '../log'
import { Preimage } from './Preimage'

const secret = 'a3'.repeat(32)
const preimage = Preimage.parse(secret)!

describe('a preimage', () => {
  it('opens its hash and no other', () => {
    const hash = preimage.hash()
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(preimage.opens(hash)).toBe(true)
    expect(preimage.opens('00'.repeat(32))).toBe(false)
    expect(Preimage.parse('a4'.repeat(32))?.opens(hash)).toBe(false)
    expect(preimage.opens(hash.toUpperCase())).toBe(false)
    expect(preimage.opens('')).toBe(false)
  })

  it.each([[secret.toUpperCase()], ['a3'.repeat(31)], [`${secret} `], [''], [undefined], [7]])(
    'is 64 lower-case hex digits, not %s',
    (text) => expect(Preimage.parse(text)).toBeUndefined(),
  )

  it('never prints', () => {
    const printed = [
      String(preimage),
      JSON.stringify({ preimage }),
      inspect({ deep: [preimage] }, { showHidden: true, depth: 9 }),
      `${new Error(`broken at ${preimage.toString()}`)}`,
      JSON.stringify(Object.entries(preimage)),
      JSON.stringify(structuredClone({ ...preimage })),
    ].join()
    expect(printed).not.toContain(secret)
    expect(preimage.reveal()).toBe(secret)
  })

  it('never gets into the log, neither as such nor as text of a node or a client', () => {
    const lines: string[] = []
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        lines.push(chunk.toString())
        done()
      },
    })
    const log = loggerTo('info', sink)
    log.info({ preimage, paid: { preimage: secret } }, 'one')
    log.info({ payment: { payment_preimage: secret, r_preimage: secret } }, 'two')
    log.info({ connection: { macaroon: secret, password: secret } }, 'three')
    expect(lines).toHaveLength(3)
    expect(lines.join('')).not.toContain(secret)
    // Without the list it would be there.
    pino({ base: null }, sink).info({ paid: { preimage: secret } })
    expect(lines.at(-1)).toContain(secret)
  })
})
