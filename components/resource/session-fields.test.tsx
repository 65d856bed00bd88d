import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { FormContext } from '../form/form-scope'
import { emptyState, toInput, type FormState } from './form-state'
import { SessionFields } from './session-fields'

const draw = (change: Partial<FormState>) =>
  renderToStaticMarkup(
    <FormContext
      value={{
        id: 'test',
        errors: [],
        errorOf: (field) => (field === 'session' ? 'Sessions need Tempo' : undefined),
        onEdit: () => {},
      }}
    >
      <SessionFields
        state={{ ...emptyState([], [], ''), session: true, price: '0.001', ...change }}
        onChange={() => {}}
      />
    </FormContext>,
  )

test.each<[Partial<FormState>, string]>([
  [{ depositUnits: '1000' }, 'put $1.00 into escrow, good for 1,000 requests.'],
  [{ depositUnits: '1', unitType: 'token' }, 'put $0.001 into escrow, good for 1 token.'],
  [{ price: 'soon' }, 'Suggested to agents'],
  [{ depositUnits: 'many' }, 'Suggested to agents'],
])('says what the deposit of %j means', (change, sentence) => {
  expect(draw(change)).toContain(sentence)
})

test('asks nothing more while sessions are off, and says why they cannot be on', () => {
  expect(draw({ session: false })).not.toContain('escrow, good for')
  expect(draw({})).toContain('Sessions need Tempo')
})

test('sends what a draft takes', () => {
  const sessions = { session: true, meter: 'event', unitType: 'event', depositUnits: '50' }
  expect(toInput({ ...emptyState([], [], ''), ...sessions })).toMatchObject(sessions)
})
