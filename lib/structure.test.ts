import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

/** How the code is cut, as tests: one name for one thing, one verb in a file, short functions, no circles, one owner of a table. */

const root = path.resolve(import.meta.dirname, '..')
const linesMax = 70

const files = execFileSync(
  'git',
  ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard', 'lib', 'app', 'components'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file) && !/\.(test|spec)\.tsx?$/.test(file) && existsSync(path.join(root, file)))
  // Vendored from shadcn/ui.
  .filter((file) => !file.startsWith('components/ui/'))

const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
const sources = new Map(
  [...texts].map(([file, text]) => [file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)]),
)
const inLib = [...sources].filter(([file]) => file.startsWith('lib/'))

const isExported = (statement: ts.Statement) =>
  ts.canHaveModifiers(statement) &&
  ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true

test('an exported type of lib has a name of its own, so that a search for the name finds one thing', () => {
  const owners = new Map<string, string[]>()
  for (const [file, source] of inLib)
    for (const statement of source.statements) {
      const isType =
        ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)
      if (!isType || !statement.name || !isExported(statement)) continue
      owners.set(statement.name.text, [...(owners.get(statement.name.text) ?? []), file])
    }
  expect(owners.size).toBeGreaterThan(500)
  expect([...owners].filter(([, found]) => found.length > 1)).toEqual([])
})

// A Noun file is a namespace, and its verbs are read as `Noun.verb`.
const isNoun = (file: string) => /\/[A-Z][^/]*$/.test(file)
/** Files with more than one verb, and why. */
const severalVerbs = ['lib/db/process.ts'] // One process has one heartbeat: what starts it and what ends it share its state.

test('a file of lib exports one verb, so that the path says what it does', () => {
  const several = inLib.flatMap(([file, source]) => {
    if (isNoun(file) || severalVerbs.includes(file)) return []
    const verbs = source.statements.filter(
      (statement): statement is ts.FunctionDeclaration =>
        ts.isFunctionDeclaration(statement) &&
        statement.body !== undefined &&
        isExported(statement) &&
        (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true ||
          /^(Promise|AsyncGenerator|AsyncIterable)</.test(statement.type?.getText(source) ?? '')),
    )
    return verbs.length > 1 ? [`${file}: ${verbs.map(({ name }) => name?.text).join(', ')}`] : []
  })
  expect(several).toEqual([])
})

test(`no function is longer than ${linesMax} lines`, () => {
  const long: string[] = []
  for (const [file, source] of sources) {
    const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) && 'body' in node && node.body) {
        const lines = lineOf(node.end) - lineOf(node.getStart(source)) + 1
        if (lines > linesMax) long.push(`${file}:${lineOf(node.getStart(source)) + 1}: ${lines} lines`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  expect(long).toEqual([])
})

test('no file imports a file that imports it, not even its types', () => {
  const graph = new Map([...sources].map(([file, source]) => [file, importsOf(file, source)]))
  expect([...graph.values()].reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(3_000)
  expect(circlesOf(graph)).toEqual([])
})

function importsOf(file: string, source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    const specifier = statement.moduleSpecifier
    if (!specifier || !ts.isStringLiteral(specifier) || !/^(@\/|\.)/.test(specifier.text)) return []
    const base = specifier.text.startsWith('@/')
      ? specifier.text.slice(2)
      : path.join(path.dirname(file), specifier.text)
    return ['.ts', '.tsx', '/index.ts', ''].map((end) => base + end).find((one) => texts.has(one)) ?? []
  })
}

/** Strongly connected parts with more than one file (Tarjan). */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const circles: string[] = []
  const visit = (file: string): number => {
    const index = order.size
    order.set(file, index)
    stack.push(file)
    let lowest = index
    for (const next of graph.get(file) ?? [])
      if (!order.has(next)) lowest = Math.min(lowest, visit(next))
      else if (stack.includes(next)) lowest = Math.min(lowest, low.get(next) ?? order.get(next) ?? index)
    low.set(file, lowest)
    if (lowest === index) {
      const part = stack.splice(stack.indexOf(file))
      if (part.length > 1) circles.push(part.sort().join(' <-> '))
    }
    return lowest
  }
  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return circles
}

/** Table -> the folder that owns it. */
const owners = new Map<string, string>()
const schema = path.join(root, 'prisma/schema')
for (const name of readdirSync(schema))
  for (const [, owner, body] of readFileSync(path.join(schema, name), 'utf8').matchAll(
    /^\/\/\/ owner: (lib\/[\w-]+)\nmodel \w+ \{(.*?)^\}/gms,
  ))
    owners.set(/@@map\("(\w+)"\)/.exec(body ?? '')?.[1] ?? '', owner ?? '')

/** `file table` for each statement of `verbs` on a table of another folder. */
function foreign(verbs: RegExp): string[] {
  const found = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(verbs)].flatMap(([, table = '']) => {
      const owner = owners.get(table)
      return owner === undefined || file.startsWith(`${owner}/`) ? [] : [`${file} ${table}`]
    }),
  )
  return [...new Set(found)].sort()
}

test('only its owner writes a table: `/// owner:` in prisma/schema names the folder; call a verb of it', () => {
  expect(owners.size).toBeGreaterThan(60)
  expect(foreign(/\b(?:INSERT INTO|UPDATE|DELETE FROM) "?([a-z_]+)\b/g)).toEqual([])
})

// Workflows read the rows of the domains that they call. A domain reads tables of others in the files of its views and searches.
const domains =
  /^lib\/(audit|auth|channels|coin-prices|execution|ledger|merchants|payers|payments|policies|pricing|remote-facilitators|webhooks)\//
const isView = /\/(list|get|find|summarize|sum|count|load|export|replay)-[^/]*$|\/views\/|-rows?\.ts$/
/** Statements that lock or judge rows of two domains at once, so that one round trip decides. The list may only get shorter. */
const atOnce = [
  'lib/audit/anchors.ts transaction',
  'lib/audit/event-where.ts transaction_part',
  'lib/auth/create-api-key.ts execution_policy',
  'lib/channels/due-statements.ts channel_exposure',
  'lib/channels/forget-states-above.ts settlement_batch',
  'lib/channels/forget-states-above.ts transaction',
  'lib/channels/pending-settlements-statement.ts settlement_batch',
  'lib/channels/take-channels.ts intent',
  'lib/merchants/assert-policy.ts execution_policy',
  'lib/payers/set-gate.ts resource',
  'lib/payments/access-grants.ts resource',
  'lib/payments/payment-key-statement.ts attempt',
  'lib/payments/payment-key-statement.ts merchant',
  'lib/webhooks/fan-out.ts intent',
  'lib/webhooks/fan-out.ts transaction',
]

test('a domain reads tables of others only in its views, or where one statement has to decide over both', () => {
  const reads = foreign(/\b(?:FROM|JOIN|USING) "?([a-z_]+)\b/g).filter((read) => {
    const [file = ''] = read.split(' ')
    return domains.test(file) && !isView.test(file)
  })
  expect(reads).toEqual(atOnce)
})

// React shows what `loading.tsx` renders for 300 ms at least, however early the page's answer is complete.
test('a page has a skeleton only where it asks a chain', () => {
  expect(files.filter((file) => path.basename(file) === 'loading.tsx')).toEqual([
    'app/(dashboard)/signers/loading.tsx',
    'app/(dashboard)/transactions/[id]/loading.tsx',
  ])
})
