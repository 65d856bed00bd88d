import { expect, it } from 'vitest'
import { depositUnitsOf, nameOf, pathOf } from './derived'

it.each([
  ['https://api.example.com/v1/fortune-of-the-day', '/v1/fortune-of-the-day', 'Fortune of the day'],
  ['https://api.example.com/users/:id/', '/users/:id', 'Users'],
  ['https://api.example.com/report.json?key=1#x', '/report.json', 'Report'],
  ['https://api.example.com', '/', 'Api.example.com'],
  ['https://api.example.com/a%20b', '/', 'Api.example.com'],
  ['api.example.com/v1', '/', ''],
  ['', '/', ''],
])('%s is sold at %s as %j', (url, path, name) => {
  expect([pathOf(url), nameOf(url)]).toEqual([path, name])
})

it.each([
  ['0.01', '100'],
  ['0.003', '333'],
  ['0.0000001', '1000'],
  ['0.000001', '1000000'],
  ['25', '1'],
  ['0', '1000'],
  ['x', '1000'],
])('asks at %s a call for the deposit of a dollar: %s units', (price, units) => {
  expect(depositUnitsOf(price)).toBe(units)
})
