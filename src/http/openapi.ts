import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { type ErrorMaker, errors } from '../errors.ts'
import type { Access, Route } from './route.ts'
import { ErrorEnvelope } from './shapes.ts'

/** The OpenAPI 3.1 description of the routes: made of the same objects that serve them, so it cannot say anything else. */
export function openApiDocument(routes: Route[], server: string): ReturnType<typeof createDocument> {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'ReplyX API',
      version: '1.3',
      description: 'Ассистенты, которые отвечают клиентам по материалам компании.',
    },
    servers: [{ url: server }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths: pathsOf(routes),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'access_token из /api/auth/login' },
        visitor: { type: 'http', scheme: 'bearer', description: 'visitor_token из /api/widget/session' },
        site: { type: 'apiKey', in: 'header', name: 'X-Site-Token' },
        ticket: {
          type: 'apiKey',
          in: 'query',
          name: 'ticket',
          description: 'одноразовый билет из /api/stream-tickets',
        },
      },
    },
  })
}

const SECURITY: Record<Access, Record<string, string[]>[]> = {
  public: [],
  user: [{ bearer: [] }],
  staff: [{ bearer: [] }],
  admin: [{ bearer: [] }],
  site: [{ site: [] }],
  visitor: [{ visitor: [] }],
  stream: [{ bearer: [] }, { visitor: [] }, { ticket: [] }],
}

function pathsOf(routes: Route[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {}
  for (const route of routes) {
    for (const path of [route.path, ...route.aliases]) {
      const shown = path.replace(/:(\w+)/g, '{$1}').replace(/\/\*(\w+)/g, '/{$1}')
      paths[shown] = { ...paths[shown], [route.method]: operationOf(route, path) }
    }
  }
  return paths
}

function operationOf(route: Route, path: string): ZodOpenApiOperationObject {
  return {
    operationId: `${route.method}_${path.replace(/^\/(api\/)?/, '').replace(/[^\w]+/g, '_')}`,
    summary: route.summary,
    tags: [route.tag],
    security: SECURITY[route.access],
    ...(route.params || route.query
      ? { requestParams: { ...asPart('path', route.params), ...asPart('query', route.query) } }
      : {}),
    ...(route.body ? { requestBody: { required: true, content: { [bodyType(route)]: { schema: route.body } } } } : {}),
    responses: responsesOf(route),
  } as ZodOpenApiOperationObject
}

function asPart(name: 'path' | 'query', shape: z.ZodType | undefined) {
  return shape instanceof z.ZodObject ? { [name]: shape } : {}
}

function bodyType({ body_type }: Route): string {
  return body_type === 'multipart' ? 'multipart/form-data' : 'application/json'
}

function responsesOf(route: Route): Record<string, unknown> {
  const success = typeof route.status === 'number' ? [route.status] : [200, 201]
  const content = route.response ? { content: { 'application/json': { schema: route.response } } } : {}
  const refusals = Map.groupBy(refusalsOf(route), (error) => error.status)
  return Object.fromEntries([
    ...success.map((status) => [String(status), { description: status === 201 ? 'Создано' : 'Успешно', ...content }]),
    ...[...refusals].map(([status, makers]) => [
      String(status),
      {
        description: makers.map((one) => `${one.code}: ${one.texts.ru}`).join(' · '),
        content: { 'application/json': { schema: ErrorEnvelope } },
      },
    ]),
  ])
}

function refusalsOf(route: Route): ErrorMaker[] {
  const takesInput = route.params ?? route.query ?? route.body
  return [
    ...new Set([
      ...route.errors,
      ...(takesInput ? [errors.VALIDATION_ERROR] : []),
      ...(route.params ? [errors.NOT_FOUND] : []),
      errors.RATE_LIMIT_EXCEEDED,
    ]),
  ]
}
