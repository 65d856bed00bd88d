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

\`npm run interop\`, beside a running demo, runs each client of this table in a process of its own: unmodified, set up as its
documentation says, once for each column. \`npm run interop -- --write\` writes this page. ✓: the client paid on chain and got the answer.
The proxies are Debian's, configured as [proxies.md](proxies.md) shows. \`npm test\` runs a part of the table.
`

const foot = `Not tested, and why:

| client | why |
| --- | --- |
| x402 for Python, Go, Rust, Java | the machine of this run cannot reach their registries; the rows of Python use Debian's HTTP libraries with our signer |
| @x402/mcp | the npm registry of this run has no installable version |
| Envoy, Traefik, Cloudflare, ALB | not packaged in Debian, or a service; [proxies.md](proxies.md) lists their limits |`
