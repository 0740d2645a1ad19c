import type { Module } from '../module.ts'
import { apiDocs, apiDocsFile, openApi } from './routes.ts'

export const reference: Module = { name: 'reference', routes: [openApi, apiDocs, apiDocsFile] }
