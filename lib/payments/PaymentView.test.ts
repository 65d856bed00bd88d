import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import * as PaymentView from './PaymentView'

test('signatures and signed bytes keep their ends only, hashes and addresses stay whole', () => {
  const hash = `0x${'ab'.repeat(32)}`
  expect(
    PaymentView.shorten({
      payload: { signature: `0x${'12'.repeat(65)}`, nonce: hash },
      list: [`0x${'0'.repeat(4000)}`],
    }),
  ).toEqual({
    payload: { signature: '0x12121212…12121212 (65 bytes)', nonce: hash },
    list: ['0x00000000…00000000 (2000 bytes)'],
  })
})

test('a receipt header is decoded when it holds JSON', () => {
  const header = Buffer.from('{"success":true}').toString('base64')
  expect(PaymentView.decodeHeader(header)).toEqual({ success: true })
  expect(PaymentView.decodeHeader('not json')).toBeNull()
})

test('a shell reads the copied command as one request, whatever stands in it', () => {
  const asked = {
    method: 'POST',
    host: 'api.test',
    path: "/gateway/m/it's",
    query: 'q=$(id)&x=`id`',
    bodyDigest: 'sha-256=:x:',
  }
  const command = PaymentView.curl(asked, 'https://other.test').replace('curl', "printf '%s\\n'")
  const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim().split('\n')
  expect(words.at(-1)).toBe("https://api.test/gateway/m/it's?q=$(id)&x=`id`")
  expect(words.slice(0, 3)).toEqual(['-i', '-X', 'POST'])
})
