import { expect, test } from 'vitest'
import { AppError } from './AppError'

test('with() copies an error and adds to it: the new headers and members win, everything else stays', () => {
  const cause = new Error('why')
  const first = new AppError('bad-input', 'Some fields are wrong.', {
    extra: { a: 1, b: 1 },
    headers: { 'X-One': '1' },
    fields: [{ field: 'name', message: 'Write a name' }],
    cause,
  })
  const second = first.with({ message: 'Other words.', extra: { b: 2 }, headers: { 'X-Two': '2' } })
  expect(second).toMatchObject({
    code: 'bad-input',
    message: 'Other words.',
    extra: { a: 1, b: 2 },
    headers: { 'X-One': '1', 'X-Two': '2' },
    fields: first.fields,
    cause,
  })
  expect(first).toMatchObject({ message: 'Some fields are wrong.', extra: { a: 1, b: 1 }, headers: { 'X-One': '1' } })
  expect(first.with({}).message).toBe(first.message)
})
