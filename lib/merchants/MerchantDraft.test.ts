import { describe, expect, it } from 'vitest'
import * as MerchantDraft from './MerchantDraft'

const address = '0x47e179EC197488593B187f80A00eb0dA91f1b9d0'

describe('a slug', () => {
  it.each(['ab', 'a--b', '-ab', 'ab-', 'a b', 'me', 'docs', 'a'.repeat(41), 'ünï'])('is refused: %j', (slug) =>
    expect(MerchantDraft.slugFault(slug)).toBeTypeOf('string'),
  )

  it.each(['abc', 'acme-data', '0x1'])('is accepted: %j', (slug) =>
    expect(MerchantDraft.slugFault(slug)).toBeUndefined(),
  )
})

describe('payouts', () => {
  it('are named by their network where they are wrong', () => {
    const input = { payouts: [{ network: 'eip155:84532', payTo: '0x12' }] }
    expect(() => MerchantDraft.parsePayouts(input)).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field: 'payouts.eip155:84532' })] }),
    )
  })

  it('are refused on a network that this server does not serve', () => {
    const input = { payouts: [{ network: 'eip155:1', payTo: address }] }
    expect(() => MerchantDraft.parsePayouts(input)).toThrow(
      expect.objectContaining({
        fields: [{ field: 'payouts.eip155:1', message: 'This server does not serve eip155:1' }],
      }),
    )
  })

  it('are refused when there are none', () => {
    expect(() => MerchantDraft.parsePayouts({ payouts: [] })).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })

  it('are signed as one line of ASCII that names each of them', () => {
    const profile = MerchantDraft.parsePayouts({
      payouts: [{ network: 'eip155:84532', payTo: address }],
      delayHours: 24,
    })
    const statement = MerchantDraft.payoutStatement('acme', profile)
    expect(statement).toMatch(/^[\x20-\x7e]+$/)
    expect(statement).toBe(
      'Pay the revenue of the shop acme on eip155:84532 to 0x47e179EC197488593B187f80A00eb0dA91f1b9d0. Later changes wait 24 hours. This signature moves no money.',
    )
    expect(MerchantDraft.payoutStatement('acme', { ...profile, delayHours: 1 })).toContain('changes wait 1 hour.')
    expect(MerchantDraft.payoutStatement('acme', { ...profile, delayHours: 0 })).toContain('changes apply at once.')
  })
})
