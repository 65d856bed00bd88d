import { expect, it } from 'vitest'
import { takesAnswers, withAccept } from './accept'

it.each([
  null,
  '',
  'application/json',
  'application/json, text/event-stream',
  'text/event-stream',
  '*/*',
  'application/*',
  'application/json;q=0.9',
  'text/html, application/json; q=0.1',
  'Application/JSON; charset=utf-8',
  'text/html, */*;q=0.8',
])('%j accepts JSON', (accept) => {
  expect(takesAnswers(accept)).toBe(true)
})

it.each(['text/html', 'application/xml, image/*', 'application/json;q=0, text/html', '*/*;q=0'])(
  '%j does not accept JSON',
  (accept) => {
    expect(takesAnswers(accept)).toBe(false)
  },
)

it('leaves the rest of a request unchanged', async () => {
  const request = new Request('http://sluice.test/api/mcp', { method: 'POST', body: '{}', headers: { 'x-a': '1' } })
  const changed = withAccept(request)
  expect(changed.headers.get('accept')).toBe('application/json, text/event-stream')
  expect([changed.method, changed.headers.get('x-a'), await changed.text()]).toEqual(['POST', '1', '{}'])
})
