import { expect, it } from 'vitest'
import { configuredNode } from '.'

it('is none without the setting, and one for the process with it', () => {
  expect(configuredNode()).toBeUndefined()
  const lnd = { kind: 'lnd', url: 'https://node:8080', macaroon: '0201', network: 'signet' } as const
  expect(configuredNode(lnd)).toMatchObject({ kind: 'lnd', host: 'node:8080' })
  expect(configuredNode(lnd)).toBe(configuredNode(lnd))
  const phoenixd = { kind: 'phoenixd', url: 'http://node:9740', password: 'x', network: 'mainnet' } as const
  expect(configuredNode(phoenixd)).toMatchObject({
    kind: 'phoenixd',
    network: 'bip122:000000000019d6689c085ae165831e93',
  })
})
