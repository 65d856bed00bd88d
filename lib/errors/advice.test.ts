import { expect, test } from 'vitest'
import { advice } from './advice'
import { AppError } from './AppError'
import { codes, type ErrorCode } from './codes'

test.each(Object.keys(codes) as ErrorCode[])('%s says what to do', (code) => {
  const steps = advice(code)
  expect(steps.length).toBeGreaterThan(1)
  for (const step of steps) expect(step).toMatch(/^[A-Z].{15,}[.]$/s)
})

test('an unknown outcome is answered by the same credential, not by a new signature', () => {
  for (const code of ['settlement-pending', 'payment-in-progress', 'channel-pending'] as const)
    expect(advice(code).join(' ')).toMatch(/same credential/)
})

test.each(Object.keys(codes) as ErrorCode[])('%s has Retry-After if its status is 429 or 503', (code) => {
  const { headers, status } = new AppError(code, 'No.')
  if (status === 429 || status === 503) expect(Number(headers['Retry-After'])).toBeGreaterThan(0)
  expect(new AppError(code, 'No.', { headers: { 'Retry-After': '77' } }).headers['Retry-After']).toBe('77')
})
