import type { Module } from '../module.ts'
import * as routes from './routes.ts'
import * as files from './visitor/files.ts'
import * as handoff from './visitor/handoff.ts'
import * as person from './visitor/person.ts'

export const widget: Module = {
  name: 'widget',
  routes: [routes, handoff, person, files].flatMap((some) => Object.values(some)),
}
