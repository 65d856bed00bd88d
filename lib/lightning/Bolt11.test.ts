import { describe, expect, it } from 'vitest'
import * as Bolt11 from './Bolt11'

// The examples of BOLT 11, by their titles.
const coffeeBeans =
  'lnbc25m1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5vdhkven9v5sxyetpdeessp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs9q5sqqqqqqqqqqqqqqqpqsq67gye39hfg3zd8rgc80k32tvy9xk2xunwm5lzexnvpx6fd77en8qaq424dxgt56cag2dpt359k3ssyhetktkpqh24jqnjyw6uqd08sgptq44qu'
/** The same with fields of a wrong length. */
function withIgnoredFields(): string {
  const [head, signature] = [
    coffeeBeans.slice(0, -110),
    '2jxxfsnucm4jf4zwtznpaxphce606fvhvje5x7d4gw7n73994hgs7nteqvenq8a4ml8aqtchv5d9pf7l558889hp4yyrqv6a7zpq9fgp',
  ]
  const fields = ['fppn', 32, 'ppn', 51, 'pp4', 53, 'hpn', 51, 'hp4', 53, 'spn', 51, 'sp4', 53, 'np5', 52, 'npk', 54]
  const text = fields.map((part) => (typeof part === 'number' ? 'q'.repeat(part) : part)).join('')
  return `${head}2qrqqq${text}${signature}skqhza`
}
const hash = '0001020304050607080900010203040506070809000102030405060708090102'

// Made by two LDK nodes of sandbox/lightning.
const ldkInvoice =
  'lnbcrt400n1pj48ugqdqydp5snp4q0z0xj2n5mvq66gm2teuypvt408q88py83tapzugd2jw60yu8yc9gpp5dh46npl4x5j3j4x5a0svarg5z55my75asnraxm4nmnmevamymzmqsp5gvp6vuc9uwng07mpe3jaj9qx506hm59lk9jzp8x5j3jfqcnajpps9qyysgqcqpcxqzpuc0ndwe0tkeadva3l9ty3k9fhum99ra4nhthchqjzndm6ln8etl38fsmgqpjrgm2avr0h4f7jp8fydessg8tyqgu3demkcq80j2r7yyqq43xy90'

describe('decode', () => {
  it.each([
    ['as written', coffeeBeans],
    ['in upper case', coffeeBeans.toUpperCase()],
  ])('reads an invoice %s', (_, text) => {
    expect(Bolt11.decode(text)).toEqual({
      bolt11: coffeeBeans,
      network: 'mainnet',
      amountSat: 2_500_000n,
      amountMsat: 2_500_000_000n,
      paymentHash: hash,
      expiresAtMs: (1_496_314_658 + 3_600) * 1000,
      description: 'coffee beans',
    })
  })

  it('reads network and expiry of an LDK node', () => {
    expect(Bolt11.decode(ldkInvoice)).toMatchObject({
      network: 'regtest',
      amountSat: 40n,
      description: 'hi',
      expiresAtMs: 1_700_000_060_000,
      paymentHash: '6deba987f535251954d4ebe0ce8d141529b27a9d84c7d36eb3dcf7967764d8b6',
    })
  })

  it.each([
    [
      'a feature that must be known',
      'needs a feature',
      'lnbc25m1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5vdhkven9v5sxyetpdeessp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs9q4psqqqqqqqqqqqqqqqpqsqq40wa3khl49yue3zsgm26jrepqr2eghqlx86rttutve3ugd05em86nsefzh4pfurpd9ek9w2vp95zxqnfe2u7ckudyahsa52q66tgzcp6t2dyk',
    ],
    ['a wrong checksum', 'cannot be decoded', `${coffeeBeans.slice(0, -1)}q`],
    ['no separator', 'cannot be decoded', coffeeBeans.slice('lnbc25m1'.length)],
    ['mixed case', 'cannot be decoded', `LNBC25M${coffeeBeans.slice('lnbc25m'.length)}`],
    [
      'too few characters',
      'cannot be decoded|no payment',
      'lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6na6hlh',
    ],
    [
      'an invalid multiplier',
      'cannot be decoded',
      'lnbc2500x1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpujr6jxr9gq9pv6g46y7d20jfkegkg4gljz2ea2a3m9lmvvr95tq2s0kvu70u3axgelz3kyvtp2ywwt0y8hkx2869zq5dll9nelr83zzqqpgl2zg',
    ],
    [
      'a part of a millisatoshi',
      'cannot be decoded',
      'lnbc2500000001p1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu7hqtk93pkf7sw55rdv4k9z2vj050rxdr6za9ekfs3nlt5lr89jqpdmxsmlj9urqumg0h9wzpqecw7th56tdms40p2ny9q4ddvjsedzcplva53s',
    ],
    [
      'no payment secret, as the first examples, which are legacy',
      'no payment secret',
      'lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp',
    ],
    ['an amount in parts of a satoshi', 'no payment secret|part of a satoshi', picoInvoice()],
    // BOLT 11 would skip them, and the library does not: no node makes such an invoice, and nothing is misread.
    ['fields of a wrong length', 'cannot be decoded', withIgnoredFields()],
    ['nothing', 'cannot be decoded', ''],
    ['more than any invoice has', 'longer than', 'lnbc1'.padEnd(3_000, 'q')],
  ])('refuses %s', (_, message, text) => {
    expect(() => Bolt11.decode(text)).toThrow(TypeError)
    expect(() => Bolt11.decode(text)).toThrow(new RegExp(message))
  })
})

/** 967,878,534 millisatoshi. */
function picoInvoice(): string {
  return 'lnbc9678785340p1pwmna7lpp5gc3xfm08u9qy06djf8dfflhugl6p7lgza6dsjxq454gxhj9t7a0sd8dgfkx7cmtwd68yetpd5s9xar0wfjn5gpc8qhrsdfq24f5ggrxdaezqsnvda3kkum5wfjkzmfqf3jkgem9wgsyuctwdus9xgrcyqcjcgpzgfskx6eqf9hzqnteypzxz7fzypfhg6trddjhygrcyqezcgpzfysywmm5ypxxjemgw3hxjmn8yptk7untd9hxwg3q2d6xjcmtv4ezq7pqxgsxzmnyyqcjqmt0wfjjq6t5v4khxxqyjw5qcqp2rzjq0gxwkzc8w6323m55m4jyxcjwmy7stt9hwkwe2qxmy8zpsgg7jcuwz87fcqqeuqqqyqqqqlgqqqqn3qq9qn07ytgrxxzad9hc4xt3mawjjt8znfv8xzscs7007v9gh9j569lencxa8xeujzkxs0uamak9aln6ez02uunw6rd2ht2sqe4hz8thcdagpleym0j'
}
