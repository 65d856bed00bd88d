import { processId } from '@/lib/db'
import { runTask } from '@/lib/jobs'

// A process that pays refunds, to be stopped: three of the background tasks, by their leases as everywhere.

const pauseMs = 100

process.on('disconnect', () => process.exit(0))
process.send?.({ processId })
for (let round = 1; process.connected; round++) {
  for (const task of ['pay-refunds', 'submit-transactions', 'track-transactions'] as const) await runTask(task)
  process.send?.({ round })
  await new Promise((resolve) => setTimeout(resolve, pauseMs))
}
