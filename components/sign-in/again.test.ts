import { expect, it, vi } from 'vitest'
import type { Outcome } from '../outcome'
import { offerSignIn, runSignedIn } from './again'

const over: Outcome<string> = { ok: false, code: 'not-signed-in', message: 'Your session has ended.', fields: [] }
const done: Outcome<string> = { ok: true, value: 'done' }

it('runs an action again after the wallet has signed in again, with one dialog for several actions', async () => {
  const open = vi.fn<() => Promise<boolean>>().mockResolvedValue(true)
  const takeBack = offerSignIn(open)
  const actions = [1, 2].map(() =>
    vi.fn<() => Promise<Outcome<string>>>().mockResolvedValueOnce(over).mockResolvedValue(done),
  )
  expect(await Promise.all(actions.map((act) => runSignedIn(act)))).toEqual([done, done])
  expect(open).toHaveBeenCalledTimes(1)
  takeBack()
})

it('gives the refusal when the dialog is left, and on a page without a dialog', async () => {
  const takeBack = offerSignIn(async () => false)
  const act = vi.fn<() => Promise<Outcome<string>>>().mockResolvedValue(over)
  expect(await runSignedIn(act)).toBe(over)
  takeBack()
  expect(await runSignedIn(act)).toBe(over)
  expect(act).toHaveBeenCalledTimes(2)
})

it('runs an action that is refused for another reason once', async () => {
  const takeBack = offerSignIn(async () => true)
  const act = vi
    .fn<() => Promise<Outcome<string>>>()
    .mockResolvedValue({ ...over, code: 'not-allowed' } as Outcome<string>)
  await runSignedIn(act)
  expect(act).toHaveBeenCalledTimes(1)
  takeBack()
})
