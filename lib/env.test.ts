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

it('takes proxies as addresses, ranges and names', () => {
  const proxies = '10.0.0.0/8, fd00::/8 ,192.0.2.7,loopback,private'
  expect(parseEnv(good).TRUSTED_PROXIES).toEqual([])
  expect(parseEnv({ ...good, TRUSTED_PROXIES: proxies }).TRUSTED_PROXIES).toHaveLength(5)
  for (const wrong of ['10.0.0.0/33', 'fd00::/129', '10.0.0/8', 'proxy.internal', '*', '10.0.0.1/', '1/8', 'a/8/8'])
    expect(() => parseEnv({ ...good, TRUSTED_PROXIES: wrong })).toThrow(/TRUSTED_PROXIES\.0: must be an address/)
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

it('reads the signers, and names what is wrong in which of them', () => {
  const signers = (entries: unknown) => ({ ...good, SIGNERS: JSON.stringify(entries) })
  const key = `0x${'3'.repeat(64)}`
  const address = `0x${'4'.repeat(40)}`
  expect(parseEnv(good).SIGNERS).toEqual([])
  expect(parseEnv(signers([{ purpose: 'execution', kind: 'env', privateKey: key }])).SIGNERS).toEqual([
    { purpose: 'execution', kind: 'env', privateKey: key, inFlightMax: 64 },
  ])
  const wrong = [
    { purpose: 'execution', kind: 'env', privateKey: `${key}00` },
    { purpose: 'execution', kind: 'keystore', file: 'key.json', passwordEnv: 'A', passwordFile: 'b' },
    { purpose: 'execution', kind: 'aws-kms', keyId: 'alias/sluice', region: 'eu-central-1' },
    { purpose: 'execution', kind: 'gcp-kms', keyName: 'sluice', address },
    { purpose: 'money', kind: 'env', privateKey: key, networks: ['base'] },
  ]
  expect(() => parseEnv(signers(wrong))).toThrowErrorMatchingInlineSnapshot(`
    [Error: Sluice cannot start, the environment is wrong:
      SIGNERS.0.privateKey: must be 0x and 64 hex digits
      SIGNERS.1: must name its password by passwordEnv or by passwordFile
      SIGNERS.2.address: Invalid input: expected string, received undefined
      SIGNERS.3.keyName: must be projects/…/cryptoKeyVersions/N
      SIGNERS.4.purpose: Invalid option: expected one of "settlement"|"refund"|"execution"
      SIGNERS.4.networks.0: must be a CAIP-2 network, e.g. eip155:8453, or solana: and 32 characters of its genesis hash]
  `)
  // A key that is wrong by one digit is still a secret.
  expect(() => parseEnv(signers(wrong))).not.toThrow(/3333/)
})

it('wants a settlement signer on every network', () => {
  const { SETTLEMENT_PRIVATE_KEY: _, ...without } = good
  const signer = { purpose: 'settlement', kind: 'env', privateKey: `0x${'3'.repeat(64)}` }
  expect(() => parseEnv(without)).toThrow(/SETTLEMENT_PRIVATE_KEY: is missing, .* for eip155:8453/)
  const elsewhere = JSON.stringify([{ ...signer, networks: ['eip155:1'] }])
  expect(() => parseEnv({ ...without, SIGNERS: elsewhere })).toThrow(/no settlement signer for eip155:8453/)
  expect(parseEnv({ ...without, SIGNERS: JSON.stringify([signer]) }).SETTLEMENT_PRIVATE_KEY).toBeUndefined()
})

it('reads keys of Solana in the forms that wallets and solana-keygen write', () => {
  const seed = '3'.repeat(64)
  const svm = { family: 'svm', kind: 'env', purpose: 'settlement', privateKey: seed }
  const entries = [svm, { ...svm, kind: 'keystore', privateKey: undefined, file: 'id.json' }]
  expect(parseEnv({ ...good, SIGNERS: JSON.stringify(entries) }).SIGNERS).toMatchObject([
    { family: 'svm', privateKey: seed },
    { kind: 'keystore', file: 'id.json' },
  ])
  const pair = JSON.stringify(Array.from({ length: 64 }, (_, index) => index))
  expect(parseEnv({ ...good, SOLANA_SETTLEMENT_KEY: pair }).SOLANA_SETTLEMENT_KEY).toBe(pair)
  const wrong = JSON.stringify([
    { ...svm, privateKey: `0x${seed}` },
    { ...svm, kind: 'aws-kms' },
  ])
  expect(() => parseEnv({ ...good, SIGNERS: wrong })).toThrow(/SIGNERS.0.privateKey: must be 64 hex[\s\S]+SIGNERS.1/)
})

it('reads the Lightning node, and names what is wrong in it without its secret', () => {
  const lnd = { kind: 'lnd', url: 'https://127.0.0.1:8080/', macaroon: '0201aa', network: 'regtest' }
  const read = (setting: object) => parseEnv({ ...good, LIGHTNING_NODE: JSON.stringify(setting) }).LIGHTNING_NODE
  expect(parseEnv(good).LIGHTNING_NODE).toBeUndefined()
  expect(read(lnd)).toEqual({ ...lnd, url: 'https://127.0.0.1:8080' })
  const phoenixd = { kind: 'phoenixd', url: 'http://node:9740', password: 'x', network: 'mainnet' }
  expect(read(phoenixd)).toEqual(phoenixd)
  expect(() => read({ ...lnd, macaroon: 'AgEDbG5k' })).toThrow(/LIGHTNING_NODE.macaroon: must be hex/)
  expect(() => read({ ...lnd, macaroon: 'AgEDbG5k' })).not.toThrow(/AgEDbG5k/)
  expect(() => read({ ...lnd, network: 'main' })).toThrow(/LIGHTNING_NODE.network/)
  expect(() => read({ ...lnd, url: 'https://me:secret@node:8080' })).toThrow(/must have no user/)
  expect(() => read({ ...lnd, tlsCert: 'tls.cert' })).toThrow(/must be a certificate in PEM/)
  expect(() => read({ ...phoenixd, macaroon: '00' })).toThrow(/LIGHTNING_NODE/)
})
