// Layers, held by the linter. Imports point downward only; a domain is imported by its face
// (`@/lib/payments`), never by a file inside it. `oxlint -c oxlint.config.mjs` (npm run lint).

const kernel = [
  'money',
  'proof',
  'errors',
  'env',
  'log',
  'ctx',
  'failpoint',
  'http',
  'html',
  'paging',
  'sealed',
  'sheet',
]
const platform = [...kernel, 'db', 'chains', 'egress', 'stripe', 'lightning']
const domains = [
  'pricing',
  'payers',
  'payments',
  'channels',
  'merchants',
  'policies',
  'webhooks',
  'ledger',
  'audit',
  'auth',
  'remote-facilitators',
  'coin-prices',
  'rails',
]

/** Folder or file of lib -> what it may import from lib, and what to do instead of the rest. */
const layers = {
  money: [[], 'money is pure and runs in the browser: it imports nothing from lib.'],
  proof: [
    [],
    'proof is pure and runs in the browser, in the command line and on the server: it imports nothing from lib.',
  ],
  errors: [['money'], 'errors is part of the kernel: it imports nothing above money.'],
  env: [['money'], 'env reads process.env, and knows of addresses only how they are written.'],
  ctx: [[], 'ctx is part of the kernel: it imports nothing from lib.'],
  log: [['env'], 'log is part of the kernel: it imports only env.'],
  failpoint: [['env'], 'failpoint is part of the kernel: it imports only env.'],
  sealed: [['env'], 'sealed is part of the kernel: it imports only env.'],
  paging: [['money', 'errors'], 'paging is part of the kernel: it knows URLs and cursors, no domain.'],
  sheet: [['money'], 'sheet is part of the kernel: it writes rows as files, and knows nothing about what they hold.'],
  http: [['errors'], 'http is part of the kernel: it knows the forms of HTTP, and nothing that is served by it.'],
  html: [[], 'html is part of the kernel: it makes documents of text, and knows nothing that they show.'],
  db: [kernel, 'db knows no domain: pass it what it needs, or move the query up into the domain.'],
  chains: [kernel, 'chains knows no domain and no database: it reads and encodes, execution sends.'],
  lightning: [
    kernel,
    'lightning speaks with a node and reads invoices: it knows no row and no price, and its callers decide what a payment means.',
  ],
  egress: [kernel, 'egress sends to addresses that others chose, and knows nothing about what it sends.'],
  stripe: [kernel, 'stripe calls Stripe and says what it answered: settlement decides what it means.'],
  pages: [kernel, 'pages keeps the process of the pages and passes requests to it: it knows nothing that they show.'],
  'protocol-shared': [
    [...kernel, 'chains'],
    'protocol-shared holds what both protocols decode in the same way: it knows neither, and no domain.',
  ],
  'coin-prices': [platform, 'coin-prices knows what a coin is worth, and nothing that is paid with it.'],
  rails: [
    platform,
    'rails holds what was asked of parties that move money off chain: settlement asks, and books what became of it.',
  ],
  ledger: [platform, 'ledger stands at the bottom of the domains: let the caller import ledger.'],
  audit: [platform, 'audit stands at the bottom of the domains: let the caller import audit.'],
  auth: [
    [...platform, 'audit'],
    'auth proves who asks: members, API keys, wallets of agents. What they may buy or run stands in the domain it is about.',
  ],
  payers: [
    [...platform, 'audit', 'auth'],
    'payers knows wallets: whom a merchant serves, and what one spent. It reads what payments and channels wrote, and they ask it.',
  ],
  merchants: [
    [...platform, 'audit', 'ledger', 'auth', 'pricing'],
    'merchants says what is sold, at which policy of pricing; it is paid through payments, which import merchants.',
  ],
  pricing: [[...kernel, 'chains'], 'pricing is pure: pass it rows; the domain that holds them reads the database.'],
  channels: [
    [...platform, 'auth', 'ledger', 'audit', 'merchants', 'pricing'],
    'channels never learns a protocol or a workflow: protocols adapt to it, settlement calls it.',
  ],
  payments: [
    [...platform, 'auth', 'ledger', 'audit', 'merchants', 'payers', 'pricing'],
    'payments never learns a protocol (use payments/Protocol) and never sends: settlement and gateway call it.',
  ],
  'remote-facilitators': [
    [...platform, 'audit', 'auth', 'payments'],
    'remote-facilitators calls the facilitators of others and says what they answered: settlement decides what it means.',
  ],
  x402: [
    [...kernel, 'chains', 'protocol-shared', 'payments', 'channels', 'pricing'],
    'x402 only encodes, decodes and checks: no database, no mpp, no workflow. Return data, let the gateway act.',
  ],
  mpp: [
    [...kernel, 'chains', 'lightning', 'l402', 'protocol-shared', 'payments', 'channels', 'pricing'],
    'mpp only encodes, decodes and checks: no database, no x402, no workflow. Return data, let the gateway act.',
  ],
  l402: [
    [...kernel, 'lightning'],
    'l402 only mints, reads and checks tokens: no database, no other protocol. Return data, let the gateway act.',
  ],
  protocols: [
    [...kernel, 'chains', 'lightning', 'protocol-shared', 'payments', 'channels', 'pricing', 'x402', 'mpp', 'l402'],
    'protocols.ts joins the protocols and does nothing else.',
  ],
  policies: [
    [...platform, 'audit', 'auth'],
    'policies says what may be executed and counts what was: it queues nothing, intents calls it.',
  ],
  webhooks: [
    [...platform, 'audit', 'auth'],
    'webhooks tells what the audit trail holds: it is called by jobs and alerts, and changes nothing else.',
  ],
  execution: [
    [...platform, 'audit'],
    'execution moves Calls and never learns what money means: let settlement read its outcome.',
  ],
  intents: [
    [...platform, 'audit', 'auth', 'merchants', 'policies', 'execution'],
    'intents takes a request, checks it against a policy and gives it to execution: it knows no money.',
  ],
  alerts: [
    [...platform, 'audit', 'auth', 'webhooks', 'execution'],
    'alerts reads what others wrote and tells people: it moves nothing.',
  ],
  settlement: [
    [...platform, ...domains, 'protocols', 'execution', 'intents'],
    'settlement is called by gateway and jobs; what it needs of a protocol it asks of `@/lib/protocols`.',
  ],
  facilitator: [
    [...platform, ...domains, 'protocol-shared', 'x402', 'protocols', 'settlement', 'discovery'],
    'facilitator verifies and settles for other servers: it calls settlement, and nothing calls it but delivery and jobs.',
  ],
  discovery: [
    [...platform, 'audit', 'merchants', 'pricing'],
    'discovery words what is sold: it is given the decoded challenges, makes and sends none, and keeps the bazaar.',
  ],
  gateway: [
    [...platform, ...domains, 'protocols', 'settlement', 'intents', 'discovery'],
    'gateway calls settlement.settleNow and intents, never execution or jobs; protocols come from @/lib/protocols.',
  ],
  mcp: [
    [...platform, ...domains, 'protocols', 'discovery', 'gateway'],
    'mcp sells what the gateway sells, by the gateway: it makes a request of a call and a result of the answer.',
  ],
  docs: [
    [...platform, 'audit', 'webhooks', 'discovery', 'gateway'],
    'docs explains what the others do: it reads their tables of words and their documents, and changes nothing.',
  ],
  health: [platform, 'health asks whether this process can serve, and nothing about money.'],
  reports: [
    [...platform, ...domains, 'settlement'],
    'reports adds up and closes what the books hold: it reads every domain, and only delivery calls it.',
  ],
  search: [
    [...platform, ...domains, 'settlement', 'execution'],
    'search finds rows of every domain and belongs to none: pages call it.',
  ],
  jobs: [
    [...platform, ...domains, 'settlement', 'facilitator', 'execution', 'intents', 'alerts'],
    'jobs calls settlement, execution and the domains: what the gateway needs done later is a row, not a call.',
  ],
}

const face = {
  regex: '^@/lib/[^/]+/.',
  message: 'Import the domain by its face, `@/lib/<domain>`; export what you need from its index.ts.',
}

const delivery = {
  group: [
    '@/app/*',
    '@/components/*',
    '@/server',
    '@/pages',
    '@/proxy',
    'next',
    'next/*',
    'react',
    'react-dom',
    'server-only',
  ],
  message: 'lib knows no page and no framework: take what you need as an argument and return data.',
}

const development = {
  group: [
    '@/sandbox/*',
    '@/e2e/*',
    '@/bench/*',
    '@/examples/*',
    '@/scripts/*',
    '**/sandbox/*',
    '**/e2e/*',
    '**/bench/*',
    '**/examples/*',
    '**/scripts/*',
  ],
  message: 'sandbox, e2e, bench, examples and scripts are for development: the product never imports them.',
}

/** `up` leads from a file to `lib`. */
const upward = (up) => ({
  group: [`${up}/*`, ...kernel.map((name) => `!${up}/${name}`)],
  message: 'Across domains import `@/lib/<domain>`, so that the direction can be read off the line.',
})

/** no-restricted-imports, the whole rule: a later override would replace an earlier one, not add to it. */
const restrict = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

const allowOnly = (names, message, more = {}) => ({
  group: ['@/lib/*', ...names.map((name) => `!@/lib/${name}`)],
  message: `${message} May import from lib: ${names.join(', ') || 'nothing'}.`,
  ...more,
})

const layerOverrides = Object.entries(layers).flatMap(([name, [allowed, message]]) => {
  const rules = (up) => restrict(allowOnly(allowed, message), face, upward(up), delivery, development)
  return [
    { files: [`lib/${name}/**`, `lib/${name}.ts`], rules: rules('..') },
    // A folder in a domain: one step up is still the domain.
    { files: [`lib/${name}/*/**`], rules: rules('../..') },
  ]
})

const developmentFiles = [
  'sandbox/**',
  'e2e/**',
  'bench/**',
  'examples/**',
  'scripts/**',
  'prisma/**',
  '*.config.{ts,mjs}',
]
const tests = ['**/*.test.{ts,tsx}', '**/*.spec.ts']

export default {
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'react', 'nextjs', 'jsx-a11y', 'promise', 'vitest', 'node'],
  categories: { correctness: 'error' },
  env: { builtin: true, node: true, browser: true },
  ignorePatterns: ['.next', 'dist', '.data', '.data-*', 'test-results', 'next-env.d.ts'],
  rules: {
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-console': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'import/no-cycle': 'error',
    'node/no-process-env': 'error',
    'react/exhaustive-deps': 'error',
    'react/rules-of-hooks': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'vitest/no-disabled-tests': 'error',
    'vitest/no-focused-tests': 'error',
    'vitest/no-conditional-expect': 'off',
    'vitest/require-to-throw-message': 'off',
    // Flags that belong together are grouped by a spread.
    'unicorn/no-useless-spread': 'off',
    // Base UI puts the content into an element that is given to it empty; axe checks what comes out.
    'jsx-a11y/control-has-associated-label': 'off',
    // A scrolling region needs the keyboard (axe asks for it), and a role may sit on any tag.
    'jsx-a11y/no-noninteractive-tabindex': 'off',
    'jsx-a11y/prefer-tag-over-role': 'off',
    // Hostile input is recognised by its control characters.
    'no-control-regex': 'off',
    // For the React Compiler, which is not in use.
    'react/purity': 'off',
    // A rule for CommonJS.
    'nextjs/no-assign-module-variable': 'off',
  },
  overrides: [
    { files: ['server.ts', 'pages.ts', 'proxy.ts', 'instrumentation.ts'], rules: restrict(face, development) },
    ...layerOverrides,
    {
      files: ['app/**'],
      rules: restrict(
        {
          group: ['@/lib/db', '@/lib/db/*'],
          message: '`app` never imports the database: call a verb of the domain, or write one there.',
        },
        {
          group: ['@/lib/x402', '@/lib/mpp', '@/lib/l402'],
          message: '`app` knows no protocol: call the gateway, or `@/lib/protocols`, which knows both.',
        },
        face,
        development,
      ),
    },
    {
      files: ['components/**'],
      rules: restrict(
        allowOnly(
          ['money', 'proof'],
          'Components show what they are given: import the type (`import type`), and let the page read it.',
          {
            allowTypeImports: true,
          },
        ),
        { ...face, allowTypeImports: true },
        { group: ['@/app/*', '../app/*', '../../app/*'], message: 'Components never import pages: pass it as a prop.' },
        development,
      ),
    },
    { files: ['lib/env.ts', 'next.config.ts', ...developmentFiles, ...tests], rules: { 'node/no-process-env': 'off' } },
    { files: [...developmentFiles, 'lib/env.ts'], rules: { 'no-console': 'off' } },
    // A test may look inside its domain and play the development chains.
    { files: tests, rules: { 'no-restricted-imports': 'off', 'typescript/no-non-null-assertion': 'off' } },
    // Playwright's fixtures ask for `({}, use)`, and its `use` is no hook.
    { files: ['e2e/**'], rules: { 'no-empty-pattern': 'off', 'react/rules-of-hooks': 'off' } },
    // Vendored from shadcn/ui.
    {
      files: ['components/ui/**'],
      rules: { 'react/exhaustive-deps': 'off', 'jsx-a11y/label-has-associated-control': 'off' },
    },
  ],
}
