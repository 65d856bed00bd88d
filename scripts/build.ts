import path from 'node:path'
import { ensureBuild } from '../sandbox/build'
import { compile } from './compile.mjs'

// `npm run build`: the server and the worker as JavaScript, and the pages, each where something changed since the last time.
const root = path.join(import.meta.dirname, '..')
await Promise.all([compile(), ensureBuild(root, path.join(root, '.data', 'logs', 'build.log'))])
