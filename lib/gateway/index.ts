export { describeChallenge, type Description, type Draft } from './describe-challenge'
export { closeUpstreams } from './egress'
export { handle, type RequestInfo } from './handle'
export { createListener } from './listener'
