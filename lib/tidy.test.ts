import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { codes } from '@/lib/errors'

/** Style that no linter knows, as a test. Its failures name the file and the rule. */

const root = path.resolve(import.meta.dirname, '..')

// What is committed, and what would be next.
const files = execFileSync(
  'git',
  ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file && existsSync(path.join(root, file)))

const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const isCode = (file: string) => /\.(ts|tsx|mts|mjs|sol|css)$/.test(file)
const isTest = (file: string) => /\.(test|spec)\.tsx?$/.test(file)
const isVendored = (file: string) => file.startsWith('components/ui/')
const code = files.filter(isCode)

/** The files for which `rule` answers something, with what it answers. */
function broken(candidates: readonly string[], rule: (file: string) => string | false | undefined): string[] {
  return candidates.flatMap((file) => {
    const found = rule(file)
    return found ? [`${file}: ${found}`] : []
  })
}

// Sample code that is shown to people stands in strings.
const withoutStrings = (text: string) => text.replace(/`[^`]*`|'[^'\n]*'/g, '')

const linesMax = 400

test(`no file is longer than ${linesMax} lines: split it where it changes its subject`, () => {
  const long = (file: string) => {
    const lines = read(file).split('\n').length - 1
    return lines > linesMax && `${lines} lines`
  }
  expect(
    broken(
      code.filter((file) => !isVendored(file)),
      long,
    ),
  ).toEqual([])
})

test('no test has a limit of its own: `hangMs` of vitest.config.ts finds what hangs, on a machine of any speed', () => {
  const own = /\n\s*(\},|\}\),?)\n\s*[\d_]+( [*+] [^\n]*)?,\n\s*\)\n|\n\}, [\d_]+\)\n/
  expect(broken(code.filter(isTest), (file) => own.test(read(file)) && 'a number behind a test')).toEqual([])
})

test('a test is tried again only for a reason, in the line above `retry`', () => {
  const unexplained = /^(?!\s*\/\/).*\n[^\n]*\bretry: [1-9]/m
  const candidates = [...code.filter(isTest), 'vitest.config.ts', 'playwright.config.ts']
  expect(broken(candidates, (file) => file !== 'lib/tidy.test.ts' && unexplained.exec(read(file))?.[0])).toEqual([])
})

test('only lib/env.ts reads the environment: add a variable there and import `env`', () => {
  // server.ts and pages.ts set NODE_ENV for Next, with reasons to the linter; the build replaces the other two.
  const free =
    /^(lib\/env\.ts|(server|pages)\.ts|[^/]+\.config\.(ts|mjs)|(sandbox|scripts|e2e|bench|prisma|examples)\/.*)$/
  const product = code.filter((file) => !free.test(file) && !isTest(file))
  expect(
    broken(
      product,
      (file) => /process\.env(?!\.(NODE_ENV|NEXT_RUNTIME)\b)/.test(withoutStrings(read(file))) && 'process.env',
    ),
  ).toEqual([])
})

describe('lib', () => {
  const names = new Set(files.flatMap((file) => /^lib\/([^/]+)\//.exec(file)?.[1] ?? []))

  test.each([...names])('%s has a face, index.ts', (name) => {
    expect(files).toContain(`lib/${name}/index.ts`)
  })

  test('files are Nouns or verb-nouns', () => {
    const named = /^lib\/(.+\/)?([A-Z][A-Za-z0-9]*|[a-z0-9]+(-[a-z0-9]+)*)(\.(db|chain|fuzz))?(\.test)?\.tsx?$/
    expect(files.filter((file) => /^lib\/.*\.tsx?$/.test(file) && !named.test(file))).toEqual([])
  })

  test('imports nothing of sandbox, e2e, bench, scripts or app, and app nothing of the first four', () => {
    const product = code.filter((file) => /^(lib|app|components)\//.test(file) && !isTest(file))
    const from = /from '(@\/|(\.\.\/)+)(sandbox|e2e|bench|scripts)\//
    expect(broken(product, (file) => from.exec(read(file))?.[0])).toEqual([])
  })
})

describe('every error', () => {
  test.each(Object.entries(codes))('%s says what happened and what to do', (code, row) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(row.title.length).toBeGreaterThan(5)
    expect(row.help.length).toBeGreaterThan(40)
    expect(row.help).toMatch(/\.$/)
  })
})

test('paths that documents name exist: in code, in pictures and behind links', () => {
  // Links of the guides are addresses of the site: lib/docs/docs.test.ts follows them.
  const documents = files.filter((file) => file.endsWith('.md') && !file.startsWith('docs/guide/'))
  expect(documents).toContain('AGENTS.md')
  const isPath = (text: string) =>
    /^[\w@.()[\]-]+(\/[\w@.()[\]-]*)+$/.test(text) && !/^(@|\.data|test-results|\d)/.test(text)
  const pathsIn = (text: string): string[] => {
    const pictures = [...text.matchAll(/```mermaid\n(.*?)```/gs)].map(([, picture]) => picture ?? '').join('\n')
    const folders = '(?:app|bench|components|docs|e2e|lib|sandbox|scripts)'
    return [
      ...[...text.matchAll(/`([^`\s]+)`/g)].map(([, code]) => code ?? '').filter(isPath),
      ...(pictures.match(new RegExp(`\\b${folders}/[\\w./-]+|[\\w/-]+\\.tsx?\\b`, 'g')) ?? []),
      ...[...text.matchAll(/\]\(([^)\s#:]+)(#[^)]*)?\)/g)].map(([, link]) => link ?? ''),
    ]
  }
  const missing = documents.flatMap((document) => {
    const candidates = (text: string) => [text, path.join(path.dirname(document), text)]
    return pathsIn(read(document))
      .filter((text) => !candidates(text).some((file) => existsSync(path.join(root, file))))
      .map((text) => `${document}: ${text}`)
  })
  expect(missing).toEqual([])
})

test('paths and rows of documents that comments name exist', () => {
  const names = new Set(files.map((file) => path.basename(file)))
  const written = code.filter((file) => /\.(ts|tsx|mts|mjs|sol)$/.test(file) && file !== 'lib/tidy.test.ts')
  const missing = written.flatMap((file) => {
    // Those of x402's specification stand in its own repository.
    const comments = read(file).match(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/ .*/gm) ?? []
    const paths = comments
      .join('\n')
      .match(/(?<![\w/.:@-])[\w.()[\]-]+(\/[\w.()[\]-]+)*\.(ts|tsx|mjs|md|sol|prisma)\b(#\w+)?/g)
    return (paths ?? [])
      .map((text) => (text.includes(')') ? text : text.replace(/^\(/, '')))
      .filter((text) => {
        if (text.startsWith('specs/')) return false
        const [name = '', anchor] = text.split('#')
        if (!name.includes('/')) return !names.has(name)
        const found = [name, path.join(path.dirname(file), name)].find((one) => existsSync(path.join(root, one)))
        return !found || (anchor && !read(found).includes(`<a id="${anchor}">`))
      })
      .map((text) => `${file}: ${text}`)
  })
  expect(missing).toEqual([])
})

test('each snippet of the README is an excerpt of an example', () => {
  const examples = files.filter((file) => /^examples\/.*\.ts$/.test(file)).map(read)
  const snippets = [...read('README.md').matchAll(/```ts\n(.*?)```/gs)].map(([, snippet]) => snippet ?? '')
  expect(snippets.length).toBeGreaterThan(0)
  expect(snippets.filter((snippet) => !examples.some((example) => example.includes(snippet)))).toEqual([])
})

test('the README tells every setting, and AGENTS.md stays short', () => {
  const settings = [...read('lib/env.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name ?? '')
  expect(settings).toContain('DATABASE_URL')
  const forPeople = settings.filter((name) => !/DEMO|FAILPOINT/.test(name))
  expect(forPeople.filter((name) => !read('README.md').includes(`\`${name}\``))).toEqual([])
  expect(read('AGENTS.md').split('\n').length).toBeLessThan(100)
})

test('no file names this machine or a package host', () => {
  const here = [root, homedir()].filter((folder) => folder.split('/').length > 2)
  const texts = files.filter((file) => !/\.(png|ico|woff2)$/.test(file) && file !== 'lib/tidy.test.ts')
  const hosts = /:\/\/(registry|deb)\.|\/(home|Users)\/[a-z]/
  expect(
    broken(texts, (file) => here.find((folder) => read(file).includes(`${folder}/`)) ?? hosts.exec(read(file))?.[0]),
  ).toEqual([])
})

test('nothing is left for later in the code', () => {
  const later = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|expect-error|nocheck)|(ox|es)lint-disable(?!.* -- )/
  expect(
    broken(
      code.filter((file) => file !== 'lib/tidy.test.ts'),
      (file) => later.exec(read(file))?.[0],
    ),
  ).toEqual([])
})

test('protocol SDKs are pinned: a minor version of theirs changes what is on the wire', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const sdks = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => /^(@x402\/|mppx$)/.test(name))
  expect(sdks.length).toBeGreaterThanOrEqual(4)
  for (const [name, version] of sdks) expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+$/)
})

test('every model and every amount of the schema says what it is', () => {
  const undocumented = files
    .filter((file) => /^prisma\/schema\/.*\.prisma$/.test(file))
    .flatMap((file) => {
      const lines = read(file).split('\n')
      return lines.flatMap((line, index) => {
        const needs = /^model \w+/.test(line) || /@db\.Decimal\(78/.test(line)
        const has = line.includes('///') || lines[index - 1]?.trim().startsWith('///')
        return needs && !has ? [`${file}:${index + 1} ${line.trim()}`] : []
      })
    })
  expect(undocumented).toEqual([])
})
