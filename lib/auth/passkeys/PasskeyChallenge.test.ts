import { expect, it } from 'vitest'
import * as PasskeyChallenge from './PasskeyChallenge'

const encode = (challenge: string) => Buffer.from(challenge).toString('base64url')
const nowMs = 1_790_000_000_000

it('is known to its own binding for five minutes', () => {
  const challenge = encode(PasskeyChallenge.create('browser', nowMs))
  expect(PasskeyChallenge.nonceOf(challenge, 'browser', nowMs)).toMatch(/^[0-9a-f]{64}$/)
  expect(PasskeyChallenge.nonceOf(challenge, 'browser', nowMs + 299_000)).toBeDefined()
  expect(PasskeyChallenge.nonceOf(challenge, 'browser', nowMs + 300_000)).toBeUndefined()
  expect(PasskeyChallenge.nonceOf(challenge, 'other', nowMs)).toBeUndefined()
})

it('is refused from the future, with another time, and as anything else', () => {
  const made = PasskeyChallenge.create('browser', nowMs)
  const [nonce = ''] = made.split('.')
  for (const text of [made, `${nonce}.${nowMs - 1}`, nonce, '', 'x.y', `${nonce}.NaN`])
    expect(PasskeyChallenge.nonceOf(encode(text), 'browser', nowMs - (text === made ? 1 : 0))).toBeUndefined()
})
