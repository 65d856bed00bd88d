export { loadEntries, serveLlms, serveOpenApi, serveWellKnown } from './catalogue'
export { describeChallenge, type Description, type Draft } from './describe-challenge'
export { answer, handle, type RequestInfo } from './handle'
export { createListener } from './listener'
