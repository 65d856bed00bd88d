// The validator of x402scan and AgentCash.
import { spawnSync } from 'node:child_process'
import { task, tell } from './common.mjs'

const { stdout, stderr } = spawnSync('node', ['node_modules/.bin/discovery', 'discover', task.url, '-v'], {
  encoding: 'utf8',
})
const remarks = `${stdout}${stderr}`.split('\n').filter((line) => /\[(error|warn)\]/.test(line))
tell(remarks.length === 0 && stdout.includes('paid') ? 200 : 0, remarks.join('\n') || stdout)
