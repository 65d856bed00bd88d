export { describeChallenge, type Description, type Draft } from './describe-challenge'
export { handle, type RequestInfo } from './handle'
