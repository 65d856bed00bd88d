import { isValidIconUrl, isValidServiceName, sanitizeTags } from '@x402/extensions/bazaar'
import { describe, expect, it } from 'vitest'
import { ResourceDraft, JsonSchema, Listing } from '.'

const messages = (input: unknown) =>
  Listing.Schema.safeParse(input).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('Listing', () => {
  it('takes what a form sends, and what the API sends', () => {
    const typed = {
      serviceName: ' Acme ',
      tags: 'weather, forecast,',
      iconUrl: '',
      query: { schema: '{"type":"object","required":["city"]}', example: '{"city":"Rome"}' },
      body: { schema: '', example: ' ' },
    }
    const parsed = Listing.Schema.parse(typed)
    expect(parsed).toEqual({
      serviceName: 'Acme',
      tags: ['weather', 'forecast'],
      query: { schema: { type: 'object', required: ['city'] }, example: { city: 'Rome' } },
    })
    expect(Listing.Schema.parse(parsed)).toEqual(parsed)
    expect(Listing.Schema.parse({})).toEqual(Listing.none)
  })

  it.each([
    [{ tags: 'a,b,c,d,e,f' }, /tags: Use at most 5/],
    [{ tags: ['Maps', 'maps'] }, /tags: Write each tag once/],
    [{ serviceName: 'Größe' }, /serviceName: Use plain letters/],
    [{ iconUrl: 'http://example.com/i.png' }, /iconUrl: Write an https/],
    [{ body: { schema: '{' } }, /body.schema: Write JSON/],
    [{ body: { schema: '[]' } }, /body.schema: The schema must be a JSON object/],
    [
      { query: { schema: { type: 'object', required: ['a'] }, example: {} } },
      /query.example: The example.a is required/,
    ],
    [{ output: { example: Array.from({ length: 600 }, () => 1) } }, /output.example: Use fewer values/],
    [{ icon: 'x' }, /Unrecognized/],
  ])('refuses %j', (input, message) => {
    expect(messages(input)?.join('\n')).toMatch(message)
  })

  it('says in a draft where it is wrong', () => {
    const input = { listing: { body: { schema: '{' } }, price: '0', accessSeconds: 60, payouts: [] }
    const { errors } = ResourceDraft.parseUnfinished(input)
    expect(errors.map(({ field }) => field)).toEqual(expect.arrayContaining(['listing.body.schema']))
  })

  it('holds the rules by which directories drop words', () => {
    const words = ['ok', '', 'x'.repeat(33), 'tab\t', 'naïve', '\u202eevil', 'a b', '<b>']
    expect(words.map(Listing.isWord)).toEqual(words.map(isValidServiceName))
    const tags = [...words, 'OK', 7, null, 'one', 'two', 'three', 'four', 'five']
    expect(Listing.keepTags(tags)).toEqual(sanitizeTags(tags))
  })

  it('refuses an icon at an address that directories cannot reach, or at http', () => {
    const hosts =
      'example.com localhost ip6-localhost 127.0.0.1 [::1] 2130706433 0x7f000001 0 user@example.com %6cocalhost ｌｏｃａｌｈｏｓｔ'
    const urls = hosts.split(' ').map((host) => `https://${host}/icon.png`)
    expect(urls.map(Listing.isIconUrl)).toEqual(urls.map(isValidIconUrl))
    const refused = [
      'javascript:alert(1)',
      'data:image/png;base64,x',
      '//example.com/i',
      'https://a.local/i',
      'https://e.com/"><b>',
    ]
    expect(refused.filter(Listing.isIconUrl)).toEqual([])
  })
})

describe('JsonSchema', () => {
  it.each([
    [{ $ref: '#' }, /stand for itself/],
    [{ properties: { a: { $id: 'http://x' } } }, /stand for itself/],
    [{ type: 'text' }, /type that is none/],
    [{ anyOf: {} }, /must have a list/],
    [{ properties: [] }, /must have an object/],
    [{ minLength: '1' }, /whole number in "minLength"/],
    [{ enum: [] }, /values in "enum"/],
  ])('finds fault with %j', (schema, fault) => {
    expect(JsonSchema.findFault(schema)).toMatch(fault)
  })

  it.each([
    [{ type: 'integer', minimum: 1 }, 0, 'x is out of range.'],
    [{ type: ['string', 'null'] }, 1, 'x must be of type string or null.'],
    [{ type: 'array', items: { const: 1 } }, [1, 2], 'x[1] must be 1.'],
    [{ additionalProperties: false, properties: { a: {} } }, { b: 1 }, 'x.b must not be there.'],
    [{ enum: [{ a: 1 }] }, { a: 1 }, undefined],
    [{ maxLength: 1 }, '🙂', undefined],
    // Would run for ever if it were executed.
    [{ pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`, undefined],
  ])('holds %j against %j', (schema, value, mismatch) => {
    expect(JsonSchema.findMismatch(schema, value, 'x')).toBe(mismatch)
  })
})
