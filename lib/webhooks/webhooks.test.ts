import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import * as Endpoint from './Endpoint'
import * as Retry from './Retry'
import * as Signature from './Signature'

describe('what an endpoint is told of', () => {
  it.each([
    [[], 'transaction.final', true],
    [[], 'payment.settled', true],
    [[], 'channel.charged', false],
    [[], 'session.created', false],
    [[], 'resource.updated', false],
    [['transaction'], 'transaction.reorged', true],
    [['transaction'], 'payment.settled', false],
    [['transaction.final'], 'transaction.final', true],
    [['transaction.final'], 'transaction.included', false],
    [['channel'], 'channel.opened', true],
    [['channel'], 'channel.charged', false],
    [['channel.charged'], 'channel.charged', true],
  ])('%j: %s is %s', (types, type, wanted) => expect(Endpoint.wants(types, type)).toBe(wanted))

  it('can be asked for by group and by type, and by nothing that is not offered', () => {
    expect(Endpoint.parse({ url: ' https://a.example/ ', types: ['batch', 'batch', 'payment.settled'] })).toEqual({
      url: 'https://a.example/',
      description: '',
      types: ['batch', 'payment.settled'],
    })
    for (const types of [['session'], ['session.created'], ['nonsense']])
      expect(() => Endpoint.parse({ url: 'https://a.example/', types })).toThrow(/fields/)
  })
})

describe('signatures', () => {
  const body = '{"type":"transaction.final","data":{"text":"Grüße"}}'
  const now = () => Math.floor(Date.now() / 1000)
  const headers = (secrets: string[], at = now()) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(at),
    'webhook-signature': Signature.sign(secrets, 'msg_1', at, body),
  })

  it('are verified by the official library, with either secret while one is rotated', () => {
    const [old, fresh] = [Signature.make(), Signature.make()]
    for (const secret of [old, fresh])
      expect(new Webhook(secret).verify(body, headers([fresh, old]))).toMatchObject({ type: 'transaction.final' })
    expect(() => new Webhook(old).verify(body, headers([fresh]))).toThrow()
  })

  it('are those that the official library makes', () => {
    const secret = Signature.make()
    const at = new Date()
    expect(new Webhook(secret).sign('msg_1', at, body)).toBe(
      Signature.sign([secret], 'msg_1', Math.floor(at.getTime() / 1000), body),
    )
  })

  it('do not hold for another body, another id or an old timestamp', () => {
    const secret = Signature.make()
    const verify = (text: string, change: Record<string, string>) =>
      new Webhook(secret).verify(text, { ...headers([secret]), ...change })
    expect(() => verify(`${body} `, {})).toThrow()
    expect(() => verify(body, { 'webhook-id': 'msg_2' })).toThrow()
    expect(() => new Webhook(secret).verify(body, headers([secret], now() - 600))).toThrow(/too old/)
  })

  it('of callbacks differ by merchant and stay the same', () => {
    expect(Signature.ofCallbacks('a')).toBe(Signature.ofCallbacks('a'))
    expect(Signature.ofCallbacks('a')).not.toBe(Signature.ofCallbacks('b'))
    expect(() => new Webhook(Signature.ofCallbacks('a'))).not.toThrow()
  })
})

describe('retries', () => {
  const schedule = Array.from({ length: Retry.triesMax }, (_, index) => Retry.delayMs(index + 1, 1))

  it('grow from five seconds to twelve hours and end', () => {
    expect(schedule[0]).toBe(5_000)
    expect(schedule.at(-2)).toBe(12 * 3_600_000)
    expect(schedule.at(-1)).toBeUndefined()
    const delays = schedule.slice(0, -1) as number[]
    expect(delays).toEqual(delays.toSorted((a, b) => a - b))
    const days = delays.reduce((sum, ms) => sum + ms, 0) / 86_400_000
    expect(days).toBeGreaterThan(3)
    expect(days).toBeLessThan(4)
  })

  it('have full jitter, and never follow at once', () => {
    expect(Retry.delayMs(5, 0)).toBe(1_000)
    expect(Retry.delayMs(5, 0.5)).toBe(202_500)
  })
})
