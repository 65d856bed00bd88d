import { expect, it } from 'vitest'
import * as Accept from './Accept'

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'

it.each([
  [browser, true],
  ['TEXT/HTML', true],
  ['text/*', true],
  ['text/html, */*', true],
  ['text/html;level=1;q=0.4, application/json;q=0.3, text/html', true],
  ['text/html;q=0.9, application/json;q=0.8', true],
  ['text/html;charset=utf-8', false],
  [null, false],
  ['', false],
  ['*/*', false],
  ['application/json', false],
  ['application/json, text/html;q=0.9', false],
  ['text/html;q=0, */*', false],
  ['text/*;q=0.9, text/html;q=0', false],
  ['*/*;q=0.1, application/problem+json', false],
  ['application/json, text/plain, */*', false],
  ['application/*, text/html;q=0.99', false],
  ['text/htmlx, application/xhtml+xml', false],
  ['x; q=text/html', false],
  ['image/png', false],
  [';;;,,,', false],
])('%s asks for a page: %s', (header, wanted) => {
  expect(Accept.prefers(header, 'text/html', ['application/problem+json', 'application/json'])).toBe(wanted)
})

it.each([
  ['text/event-stream', true],
  ['text/event-stream, application/json;q=0.5', true],
  ['text/event-stream, */*;q=0.1', true],
  ['Text/Event-Stream;q=1.0', true],
  ['application/json, text/event-stream;q=0.5', false],
  ['text/event-stream;q=0, application/json', false],
  ['*/*', false],
])('%s asks for events: %s', (header, wanted) => {
  expect(Accept.prefers(header, 'text/event-stream', ['application/json'])).toBe(wanted)
})
