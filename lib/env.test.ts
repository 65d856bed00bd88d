import { expect, it } from 'vitest'
import { parseEnv } from './env'

const good = {
  DATABASE_URL: 'postgresql://sluice@db/sluice',
  PUBLIC_URL: 'https://pay.example.com/',
  CHALLENGE_SECRET: 'c'.repeat(32),
  ENCRYPTION_SECRET: 'e'.repeat(32),
  CRON_SECRET: 'r'.repeat(32),
  AUDIT_PRIVATE_KEY: 'a'.repeat(64),
  NETWORKS: '{"eip155:8453":{"rpcUrls":["https://rpc.example.com"]}}',
  SETTLEMENT_PRIVATE_KEY: `0x${'1'.repeat(64)}`,
}

it('reads a good environment', () => {
  const env = parseEnv(good)
  expect(env.PUBLIC_URL).toBe('https://pay.example.com')
  expect(env.SLUICE_DEMO).toBe(false)
  expect(env.NETWORKS['eip155:8453']?.rpcUrls).toEqual(['https://rpc.example.com'])
})

it('takes the key of the audit log as hex or PEM, and does not start without one', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1h\n-----END PRIVATE KEY-----\n'
  expect(parseEnv({ ...good, AUDIT_PRIVATE_KEY: pem }).AUDIT_PRIVATE_KEY).toBe(pem)
  expect(() => parseEnv({ ...good, AUDIT_PRIVATE_KEY: 'a'.repeat(63) })).toThrow(/AUDIT_PRIVATE_KEY: must be 64 hex/)
  expect(() => parseEnv({ ...good, AUDIT_PRIVATE_KEY: '' })).toThrow(/AUDIT_PRIVATE_KEY: is missing/)
})

it('names every variable that is wrong, at once', () => {
  const wrong = { ...good, DATABASE_URL: 'mysql://x', CHALLENGE_SECRET: '', NETWORKS: '{', CRON_SECRET: 'short' }
  expect(() => parseEnv(wrong)).toThrowErrorMatchingInlineSnapshot(`
    [Error: Sluice cannot start, the environment is wrong:
      DATABASE_URL: must be a postgresql:// URL
      CHALLENGE_SECRET: is missing
      NETWORKS: must be JSON
      CRON_SECRET: must be at least 32 bytes]
  `)
})

it('refuses secrets under 32 bytes outside the demo, and demo keys too', () => {
  const short = { ...good, CHALLENGE_SECRET: 'short' }
  expect(() => parseEnv(short)).toThrow(/CHALLENGE_SECRET: must be at least 32 bytes/)
  expect(parseEnv({ ...short, SLUICE_DEMO: '1' }).CHALLENGE_SECRET).toBe('short')
  expect(() => parseEnv({ ...good, DEMO_PAYER_KEY: `0x${'2'.repeat(64)}` })).toThrow(/DEMO_PAYER_KEY: is for the demo/)
  expect(() => parseEnv({ ...good, SLUICE_FAILPOINT: 'after-claim' })).toThrow(/SLUICE_FAILPOINT/)
})
