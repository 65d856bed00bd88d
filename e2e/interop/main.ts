import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { dataDirAt } from '../../sandbox/data-dir'
import { readDemo } from '../demo'
import { buy, type Cell, type Route } from './buy'
import { clients, type Client } from './clients'
import { install } from './install'
import { isInstalled, proxyNames, startProxy } from './proxies'
import { toPage } from './table'
import { taskOf } from './Task'

/**
 * `npm run interop`: every client through every proxy, one after the other, against the running demo. `--only TEXT` takes the clients
 * whose name, version or way to pay holds TEXT; `--write` puts the table into docs/interop.md.
 */

const usage = 'usage: npm run interop [-- --only TEXT] [--write]    (beside `npm run demo`)'
const project = path.join(import.meta.dirname, '../..')

export type Row = { client: Client; cells: ReadonlyMap<string, Cell | undefined> }

async function main(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--only')
  const only = at === -1 ? '' : (args[at + 1] ?? '')
  const isKnown = (arg: string, index: number) =>
    arg === '--write' || arg === '--only' || (at !== -1 && index === at + 1)
  if (!args.every(isKnown)) throw new Error(usage)
  const demoFile = process.env.SLUICE_DEMO_FILE ?? path.join(dataDirAt(project).root, 'demo.json')
  if (!existsSync(demoFile)) throw new Error(`No demo runs here. Start one with \`npm run demo\`, then ask again.`)
  process.env.SLUICE_DEMO_FILE = demoFile
  const demo = readDemo()

  spawnSync(process.execPath, ['scripts/ensure-proxies.mjs', '--python'], { cwd: project, stdio: 'inherit' })
  const ways = new Map<string, { route?: Route; stop(): Promise<void> }>()
  ways.set('direct', { stop: async () => {} })
  const appPort = Number(new URL(demo.baseUrl).port)
  for (const name of proxyNames) {
    if (!isInstalled(name)) continue
    const { url, stop } = await startProxy(name, appPort)
    ways.set(name, { route: { from: appPort, to: Number(new URL(url).port) }, stop })
  }
  const rows: Row[] = []
  for (const client of clients.filter((one) => `${one.name} ${one.version} ${one.by}`.includes(only))) {
    const dir = await install(client, path.join(dataDirAt(project).root, 'interop'))
    const cells = new Map<string, Cell | undefined>(proxyNames.map((name) => [name, undefined]))
    for (const [way, { route }] of ways) {
      const cell = await buy(client, dir, taskOf(demo, client.buys, client.scheme ?? 'exact'), route)
      cells.set(way, cell)
      const mark = cell.paid ? '✓' : '✗'
      console.log(`${mark} ${client.name} ${client.version}, ${client.by}, ${way}${cell.paid ? '' : `: ${cell.said}`}`)
    }
    excuse(cells)
    rows.push({ client, cells })
  }
  for (const { stop } of ways.values()) await stop()
  const page = toPage(rows)
  console.log(`\n${page}`)
  if (args.includes('--write')) writeFileSync(path.join(project, 'docs/interop.md'), page)
  const hasFailed = rows.some(({ client, cells }) => client.cannot === undefined && [...cells.values()].some(isFault))
  process.exit(hasFailed ? 1 : 0)
}

function isFault(cell: Cell | undefined): boolean {
  return cell?.paid === false && cell.excused !== true
}

/** nginx as installed has one buffer of 4,096 bytes; the same client through the same nginx with one line more says that it is that. */
function excuse(cells: Map<string, Cell | undefined>): void {
  const [small, large] = [cells.get('nginx'), cells.get('nginx 8k')]
  if (!small || small.paid || !large?.paid) return
  cells.set('nginx', { ...small, excused: true, said: largeHead })
}

const largeHead =
  'The 402 offers many ways to pay, so its headers exceed 4,096 bytes: this nginx needs `proxy_buffer_size 8k`.'

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
