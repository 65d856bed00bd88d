import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { Webhook } from 'standardwebhooks'
import { pickPort } from '../../sandbox/port'
import { byX402 } from '../clients'
import { balance, evm, readDemo, tempo } from '../demo'
import { programFolder, readerEnv, runProgram } from '../run-program'

/** Every program and command of /docs, run as it is printed against the demo: it prints its answer, and the shop gets its price. */

const demo = readDemo()
const { API_KEY: apiKey } = readerEnv()
const run = promisify(execFile)

type Block = { page: string; language: string; code: string }

async function blocksOf(page: string): Promise<Block[]> {
  const response = await fetch(`${demo.baseUrl}/docs/${page}.md`)
  expect([page, response.status]).toEqual([page, 200])
  const text = await response.text()
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    page,
    language,
    code,
  }))
}

/** The guides, by the links of the first page. */
async function pagesOf(): Promise<string[]> {
  const html = await (await fetch(`${demo.baseUrl}/docs`)).text()
  const slugs = [...html.matchAll(/<a href="\/docs\/([\w-]+)"/g)].map(([, slug = '']) => slug)
  return [...new Set(slugs)]
}

const runBlock = ({ language, code }: Pick<Block, 'language' | 'code'>, more?: Record<string, string>) =>
  runProgram(language, code, more)

/** What a block prints, and what the shop earns by it in base units. The first that fits counts. */
type Expected = {
  page: string
  has: RegExp
  prints: RegExp
  network?: string
  earnsBase?: bigint
  more?: () => Promise<Record<string, string>>
}

const fortune = /^200 \{"fortune"/
const paid = async () => ({
  PAYMENT: (await byX402(demo, demo.resources.fixed)).response.headers.get('sluice-payment') ?? '',
})

const expected: readonly Expected[] = [
  {
    page: 'pay-x402',
    has: /payment-response/,
    prints: /^200 \{"fortune"[^]*success: true[^]*[0-9a-f-]{36}/,
    network: evm,
    earnsBase: 10_000n,
  },
  { page: 'pay-x402', has: /payment-required/, prints: /^402 \[[^]*scheme: 'exact'/ },
  {
    page: 'pay-mpp',
    has: /payment-receipt/,
    prints: /^200 \{"fortune"[^]*status: 'success'/,
    network: tempo,
    earnsBase: 10_000n,
  },
  { page: 'mcp', has: /McpClient/, prints: /fortune[^]*status: 'success'/, network: tempo, earnsBase: 10_000n },
  { page: 'sessions', has: /session\.manager/, prints: /^200 [^]*spent: '1000'/, network: tempo, earnsBase: 1_000n },
  { page: 'receipts', has: /parseEventLogs/, prints: /^paid \{/, more: paid },
  { page: 'execution', has: /transactions'/, prints: /^queued\n[^]*included\n[^]*final\n$/ },
  { page: 'execution', has: /^curl/, prints: /"status":"queued"/ },
  {
    page: 'facilitator',
    has: /paymentMiddleware/,
    prints: /^200 \{ weather: 'sunny' \}/,
    network: evm,
    earnsBase: 10_000n,
  },
  { page: 'clients', has: /api\/v1\/payments/, prints: /"status":"delivered"/, more: paid },
  { page: 'run', has: /api\/health/, prints: /"ok":true|"status"/ },
  { page: '', has: /^npx mppx/, prints: /"fortune"/ },
  { page: '', has: /wrapFetchWithPayment/, prints: fortune, network: evm, earnsBase: 10_000n },
  { page: '', has: /Mppx\.create/, prints: fortune, network: tempo, earnsBase: 10_000n },
  { page: '', has: /api\/v1\/quotes/, prints: /"price":"0.01"/ },
  { page: '', has: /^curl -i/, prints: /^HTTP\/1\.1 402[^]*payment-required/i },
  { page: '', has: /urllib/, prints: /^402 exact eip155:/m },
]

/** Blocks that a test of their own runs, or that are run elsewhere, with the reason. */
const elsewhere: readonly { page: string; has: RegExp; why: string }[] = [
  { page: 'webhooks', has: /standardwebhooks/, why: 'below' },
  { page: 'receipts', has: /audit:verify/, why: 'below' },
  { page: 'clients', has: /from x402 import/, why: 'below, where the packages are installed' },
  {
    page: 'run',
    has: /npm (run demo|ci)/,
    why: 'the demo of these tests was started by the first, and its pages were built by the second',
  },
]

const runs = ['js', 'sh', 'python']
const isElsewhere = (block: Block) => elsewhere.some(({ page, has }) => page === block.page && has.test(block.code))

test('every program of the guides runs as it is printed', async () => {
  test.setTimeout(0)
  const blocks = (await Promise.all((await pagesOf()).map(blocksOf)))
    .flat()
    .filter(({ language }) => runs.includes(language))
  expect(blocks.length).toBeGreaterThan(15)
  for (const { page, has } of elsewhere)
    expect([page, blocks.some((block) => block.page === page && has.test(block.code))]).toEqual([page, true])
  for (const block of blocks.filter((one) => !isElsewhere(one)))
    await test.step(`${block.page}: ${block.code.split('\n')[0]}`, async () => {
      const what = expected.find(({ page, has }) => (page === '' || page === block.page) && has.test(block.code))
      expect(what, `nothing says what this prints:\n${block.code}`).toBeDefined()
      if (!what) return
      const earned = () => (what.network ? balance(demo, what.network, demo.merchant.payTo) : Promise.resolve(0n))
      const more = await what.more?.()
      const before = await earned()
      expect(await runBlock(block, more), block.code).toMatch(what.prints)
      if (what.earnsBase !== undefined) expect((await earned()) - before).toBe(what.earnsBase)
    })
})

test('the command of the README requests a transaction, and sent again it is the same one', async () => {
  const readme = readFileSync('README.md', 'utf8')
  const [, code = ''] = /^```\w*\n(curl \$SLUICE\/api\/v1\/transactions [^]*?)^```$/m.exec(readme) ?? []
  const { id, status } = JSON.parse(await runProgram('sh', code)) as { id: string; status: string }
  expect(status).toMatch(/^(queued|signed|submitted|included|safe|final)$/)
  expect((JSON.parse(await runProgram('sh', code)) as { id: string }).id).toBe(id)
  const read = async () => {
    const answer = await fetch(`${demo.baseUrl}/api/v1/transactions/${id}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    })
    return ((await answer.json()) as { status: string }).status
  }
  await expect.poll(read).toMatch(/^(included|safe|final)$/)
})

test('the receiver of webhooks takes a signed body, and refuses another', async () => {
  const [block] = (await blocksOf('webhooks')).filter(({ language }) => language === 'js')
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const port = await pickPort()
  mkdirSync(programFolder, { recursive: true })
  const file = path.join(programFolder, 'receiver.mjs')
  writeFileSync(file, block?.code ?? '')
  const receiver = spawn(process.execPath, [file], {
    env: { ...readerEnv(), WEBHOOK_SECRET: secret, PORT: String(port) },
  })
  try {
    const said = new Promise<string>((resolve) =>
      receiver.stdout.once('data', (data: Buffer) => resolve(data.toString())),
    )
    const sample = (await blocksOf('events')).find(({ code }) => code.includes('"payment.settled"'))?.code.trim() ?? ''
    const at = new Date()
    const signature = new Webhook(secret).sign('msg_1', at, sample)
    const send = (signed: string) =>
      fetch(`http://127.0.0.1:${port}`, {
        method: 'POST',
        body: sample,
        headers: {
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': signed,
        },
      }).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(() => send(signature)).toBe(204)
    expect(await said).toMatch(/^payment\.settled [0-9a-f-]{36}/)
    expect(await send('v1,AAAA')).toBe(400)
  } finally {
    receiver.kill()
  }
})

test('the receipt of an execution verifies by the commands of the guide', async () => {
  const blocks = await blocksOf('receipts')
  const commands = blocks.find(({ code }) => code.includes('audit:verify'))?.code ?? ''
  const asked = (await blocksOf('execution')).find(({ code }) => code.startsWith('curl'))
  const { id } = JSON.parse(await runBlock(asked!)) as { id: string }
  const headers = { authorization: `Bearer ${apiKey}` }
  await expect
    .poll(async () => {
      const receipt = await fetch(`${demo.baseUrl}/api/v1/transactions/${id}/receipt`, { headers })
      const { status } = (await (await fetch(`${demo.baseUrl}/api/v1/transactions/${id}`, { headers })).json()) as {
        status: string
      }
      return [status, ((await receipt.json()) as { waiting?: number }).waiting]
    })
    .toEqual(['final', 0])
  expect(await runBlock({ language: 'sh', code: commands }, { TRANSACTION: id })).toContain('verified')
  for (const name of ['receipt.json', 'key']) if (existsSync(name)) rmSync(name)
})

test('the program in Python is Python, and pays where its packages are installed', async () => {
  const block = (await blocksOf('clients')).find(({ code }) => code.includes('from x402 import'))
  await run('python3', ['-c', 'import ast, sys; ast.parse(sys.argv[1])', block?.code ?? '('])
  const isInstalled = await run('python3', ['-c', 'import x402, eth_account, requests']).then(
    () => true,
    () => false,
  )
  test.skip(!isInstalled, 'the packages x402 and eth-account of Python are not installed here')
  expect(await runBlock(block!)).toMatch(fortune)
})

test('the documentation loads no script and nothing else, is found by its words, and is one text for models', async () => {
  const pages = ['', ...(await pagesOf()), 'errors/settlement-pending']
  for (const page of pages) {
    const response = await fetch(`${demo.baseUrl}/docs${page && `/${page}`}`)
    const html = await response.text()
    expect([page, response.status, response.headers.get('content-type')]).toEqual([
      page,
      200,
      'text/html; charset=utf-8',
    ])
    expect(html).not.toMatch(/<script|<link rel="stylesheet"|<img/)
  }
  const found = await (await fetch(`${demo.baseUrl}/docs?q=settlement-pending`)).text()
  expect(found).toContain('href="/docs/errors/settlement-pending"')
  const full = await (await fetch(`${demo.baseUrl}/llms-full.txt`)).text()
  for (const title of ['# Pay by x402', '# Webhook events', '# API reference', '# FAQ']) expect(full).toContain(title)
  expect(await (await fetch(`${demo.baseUrl}/llms.txt`)).text()).toContain(`${demo.baseUrl}/api/mcp`)
  const missing = await fetch(`${demo.baseUrl}/docs/no-such-page`)
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
})
