import { z } from 'zod'
import { getDialog } from '../dialogs/dialogs.ts'
import { rawRoute } from '../http/route.ts'
import { Id } from '../http/shapes.ts'
import type { Module } from '../module.ts'
import { sendFile } from './files.ts'

const file = rawRoute({
  method: 'get',
  path: '/api/dialogs/:id/files/:file_id',
  tag: 'Диалоги',
  summary: 'Файл из диалога',
  access: 'staff',
  params: z.object({ id: Id, file_id: Id }),
  raw: async ({ ctx, caller, params }, _req, res) => {
    const { id: dialog_id, tenant_id } = await getDialog(ctx, caller, params.id)
    await sendFile(ctx, { tenant_id, dialog_id, file_id: params.file_id }, res)
  },
})

export const files: Module = { name: 'files', routes: [file] }
