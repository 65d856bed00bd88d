import { vi } from 'vitest'

// Runs before each test file, and before every other setup. The files of one worker share the packages in node_modules, whose
// loading would take most of their time; of our own modules, and of what they keep in the process, each file gets a new copy.
const kept = globalThis as typeof globalThis & { testEnvironment?: NodeJS.ProcessEnv }
const environment = (kept.testEnvironment ??= { ...process.env })
for (const name of Object.keys(process.env)) if (!Object.hasOwn(environment, name)) delete process.env[name]
Object.assign(process.env, environment)

// State that copies of one module share (lib/db, lib/jobs, lib/chains …).
for (const name of Object.keys(globalThis)) if (/^sluice[A-Z]/.test(name)) Reflect.deleteProperty(globalThis, name)

vi.useRealTimers()
vi.resetModules()
