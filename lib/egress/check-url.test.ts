import { afterEach, expect, it } from 'vitest'
import { env } from '@/lib/env'
import { checkUrl } from './check-url'
import { checkHost } from './check-host'

afterEach(() => {
  env.UPSTREAM_ALLOW.length = 0
})

it.each([
  ['', 'whole address'],
  ['example.com/hooks', 'whole address'],
  ['ftp://example.com/', 'whole address'],
  ['https://me:secret@example.com/', 'user and password'],
  ['https://example.com/#part', 'after #'],
  ['http://1.1.1.1/hooks', 'Use https'],
  ['https://nowhere.invalid/', 'cannot be found'],
  ['https://127.0.0.1/', 'not public'],
  ['https://localhost/', 'not public'],
  ['https://[::ffff:169.254.169.254]/', 'not public'],
  ['https://2130706433/', 'not public'],
  [`https://example.com/${'x'.repeat(2_048)}`, 'at most'],
])('says what is wrong with %s', async (url, why) => {
  expect(await checkUrl(url)).toContain(why)
})

it('takes a public address by https, and a private one that is allowed by host and port', async () => {
  expect(await checkUrl('https://1.1.1.1/hooks?a=1')).toBeUndefined()
  env.UPSTREAM_ALLOW.push('127.0.0.1:4000', 'receiver.internal:80')
  expect(await checkUrl('http://127.0.0.1:4000/hooks')).toBeUndefined()
  expect(await checkUrl('http://receiver.internal/hooks')).toBeUndefined()
  expect(await checkUrl('http://127.0.0.1:4001/hooks')).toContain('Use https')
})

it('an upstream is on a public host', async () => {
  expect(await checkHost('http://10.0.0.1/api')).toContain('not public')
  expect(await checkHost('http://[::1]:4001/api')).toContain('not public')
  expect(await checkHost('https://1.1.1.1/api')).toBeUndefined()
})
