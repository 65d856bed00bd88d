import type { Cell } from './buy'
import type { Row } from './main'
import { proxyNames } from './proxies'

const columns = ['direct', ...proxyNames]

/** docs/interop.md, whole. */
export function toPage(rows: readonly Row[]): string {
  const notes: string[] = []
  const lines = rows.map(({ client, cells }) => {
    const marks = columns.map((column) => markOf(cells.get(column), client.cannot, notes))
    return `| ${client.name} | ${client.version} | ${client.by} | ${marks.join(' | ')} |`
  })
  return `${[
    head,
    `| client | version | pays by | ${columns.join(' | ')} |`,
    `| --- | --- | --- | ${columns.map(() => '---').join(' | ')} |`,
    ...lines,
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    ...(notes.length > 0 ? [''] : []),
    foot,
  ].join('\n')}\n`
}

function markOf(cell: Cell | undefined, cannot: string | undefined, notes: string[]): string {
  if (!cell) return 'not installed'
  if (cell.paid) return '✓'
  const note = cannot ?? cell.said.slice(0, 200).replaceAll('|', '/')
  if (!notes.includes(note)) notes.push(note)
  return `✗ ${notes.indexOf(note) + 1}`
}

const head = `# Which clients pay, and through what

\`npm run interop\`, beside a running demo, runs every client of this table in a process of its own, unmodified and as its documentation
sets it up, once for each column, and \`-- --write\` puts the result here. ✓: it paid on the chain and got the answer. The proxies are
Debian's, configured as [proxies.md](proxies.md) shows. \`npm test\` runs a part of it.
`

const foot = `Not here, and why:

| client | why |
| --- | --- |
| x402 for Python, Go, Rust, Java | their registries cannot be reached where this ran; Python's HTTP libraries come from Debian, with a signature of ours |
| @x402/mcp | the registry at hand has no package of this name that can be installed |
| Envoy, Traefik, Cloudflare, ALB | no package in Debian, or a service; [proxies.md](proxies.md) has their limits |`
