import { invalid } from './errors'
import { emit } from './events'
import { newId } from './ids'
import type { TestClock } from './platform-objects'
import { listOf, own } from './wire'
import type { Call, Route } from './world'

const path = '/v1/test_helpers/test_clocks'
const clockOf = (call: Call) => own(call, 'test_clock', call.path.id ?? '', 'test clock')

function create(call: Call): TestClock {
  const { params, world, account } = call
  const frozen = Number(params.requiredInteger('frozen_time'))
  const name = params.text('name') ?? null
  params.ignore('customer')
  params.done()
  const clock = world.store.insert('test_clock', account, {
    id: newId('clock'),
    object: 'test_helpers.test_clock',
    created: world.clock.now(),
    deletes_after: world.clock.now() + 30 * 86_400,
    frozen_time: frozen,
    livemode: false,
    name,
    status: 'ready',
    status_details: {},
  })
  emit(world, account, 'test_helpers.test_clock.created', clock)
  return clock
}

/** Moves the server's time as far as the clock moves, through everything that becomes due. It is ready at once. */
function advance(call: Call): unknown {
  const { params, world, account } = call
  const before = clockOf(call)
  const target = Number(params.requiredInteger('frozen_time'))
  params.done()
  if (target <= before.frozen_time)
    throw invalid('The `frozen_time` must be after the current frozen time of the test clock.', {
      param: 'frozen_time',
    })
  world.clock.advance((target - before.frozen_time) * 1_000)
  const clock = world.store.update('test_clock', before.id, { frozen_time: target })
  emit(world, account, 'test_helpers.test_clock.ready', clock)
  return { ...clock, status: 'advancing', status_details: { advancing: { target_frozen_time: target } } }
}

export const testClockRoutes: Route[] = [
  { method: 'POST', path, run: create },
  { method: 'GET', path, run: (call) => listOf(call, 'test_clock') },
  {
    method: 'GET',
    path: `${path}/:id`,
    run(call) {
      call.params.done()
      return clockOf(call)
    },
  },
  { method: 'POST', path: `${path}/:id/advance`, run: advance },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    run(call) {
      call.params.done()
      const { id, object } = clockOf(call)
      call.world.store.remove('test_clock', id)
      return { id, object, deleted: true }
    },
  },
]
