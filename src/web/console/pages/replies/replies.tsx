import { useRef, useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords, words } from '../../core/i18n.ts'
import { useKey } from '../../core/keys.ts'
import { useAction, useLoad } from '../../core/load.ts'
import type { CannedReply } from '../../core/types.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { confirm } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { EmptyState, List, Row, Show } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { common } from '../common/texts.ts'

const texts = words({
  ru: {
    title: 'Готовые ответы',
    about: 'Оператор набирает «/слово» — и текст на месте. Общие для всей команды.',
    add: 'Новый ответ',
    edit: 'Готовый ответ',
    shortcut: 'Слово',
    shortcut_hint: 'Буквы, цифры, «-» и «_», без пробелов.',
    text: 'Текст',
    search: 'Поиск',
    empty: 'Готовых ответов пока нет',
    empty_text:
      'Реквизиты, адрес, извинение за задержку: то, что команда пишет каждый день, пусть вставляется одним словом.',
    nothing: 'Ничего не нашлось',
    removing: 'Удалить готовый ответ',
    removing_text: 'Он пропадёт у всей команды.',
  },
  en: {
    title: 'Canned replies',
    about: 'An operator types “/word” and the text is there. Shared by the whole team.',
    add: 'New reply',
    edit: 'Canned reply',
    shortcut: 'Word',
    shortcut_hint: 'Letters, digits, “-” and “_”, no spaces.',
    text: 'Text',
    search: 'Search',
    empty: 'There are no canned replies yet',
    empty_text: 'Bank details, the address, an apology for a delay: what the team writes every day can be one word.',
    nothing: 'Nothing was found',
    removing: 'Delete the canned reply',
    removing_text: 'It disappears for the whole team.',
  },
})

/** The ready replies of the team: finding, adding, changing, deleting. */
export function Replies() {
  const t = useWords(texts)
  const [search, setSearch] = useState('')
  const [edited, setEdited] = useState<CannedReply | 'new' | undefined>()
  const find = useRef<HTMLDivElement>(null)
  const list = useLoad(() => call<CannedReply[]>('GET', '/api/canned-replies'))
  useKey('/', () => find.current?.querySelector('input')?.focus())
  const add = (
    <Button look="main" icon="plus" onClick={() => setEdited('new')}>
      {t.add}
    </Button>
  )
  return (
    <Page title={t.title} about={t.about} actions={list.data?.length ? add : undefined}>
      <Show loaded={list}>
        {(replies) =>
          replies.length === 0 ? (
            <EmptyState icon="replies" title={t.empty} text={t.empty_text}>
              {add}
            </EmptyState>
          ) : (
            <>
              <div ref={find}>
                <TextField label={t.search} type="search" value={search} onChange={setSearch} />
              </div>
              <Found replies={filtered(replies, search)} onEdit={setEdited} onRemoved={list.reload} />
            </>
          )
        }
      </Show>
      {edited && (
        <Editor
          reply={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onSaved={list.reload}
        />
      )}
    </Page>
  )
}

type FoundProps = { replies: CannedReply[]; onEdit: (reply: CannedReply) => void; onRemoved: () => Promise<void> }

function Found({ replies, onEdit, onRemoved }: FoundProps) {
  const t = useWords(texts)
  const c = useWords(common)
  const remove = ({ id, shortcut }: CannedReply) =>
    confirm({
      title: `${t.removing}: /${shortcut}`,
      text: t.removing_text,
      verb: c.remove,
      run: async () => {
        await call('DELETE', `/api/canned-replies/${id}`)
        await onRemoved()
        toast(c.removed)
      },
    })
  if (replies.length === 0) return <p class="muted">{t.nothing}</p>
  return (
    <List label={t.title}>
      {replies.map((reply) => (
        <Row key={reply.id} title={`/${reply.shortcut}`} about={<span class="clamp">{reply.text}</span>}>
          <IconButton icon="edit" label={`${c.edit}: ${reply.shortcut}`} onClick={() => onEdit(reply)} />
          <IconButton icon="trash" label={`${c.remove}: ${reply.shortcut}`} onClick={() => remove(reply)} />
        </Row>
      ))}
    </List>
  )
}

type EditorProps = { reply: CannedReply | undefined; onClose: () => void; onSaved: () => Promise<void> }

function Editor({ reply, onClose, onSaved }: EditorProps) {
  const t = useWords(texts)
  const c = useWords(common)
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? '')
  const [text, setText] = useState(reply?.text ?? '')
  const action = useAction(async () => {
    const fields = { shortcut: shortcut.replace(/^\//, ''), text }
    if (reply) await call('PUT', `/api/canned-replies/${reply.id}`, fields)
    else await call('POST', '/api/canned-replies', fields)
    await onSaved()
    toast(c.saved)
    onClose()
  })
  return (
    <FormDialog
      title={reply ? t.edit : t.add}
      action={action}
      fields={['shortcut', 'text']}
      verb={c.save}
      onClose={onClose}
    >
      <TextField
        label={t.shortcut}
        hint={t.shortcut_hint}
        name="shortcut"
        problem={action.error}
        required
        maxLength={41}
        value={shortcut}
        onChange={setShortcut}
      />
      <TextArea
        label={t.text}
        name="text"
        problem={action.error}
        required
        rows={6}
        maxLength={4096}
        value={text}
        onChange={setText}
      />
    </FormDialog>
  )
}

function filtered(replies: CannedReply[], search: string): CannedReply[] {
  const wanted = search.trim().replace(/^\//, '').toLowerCase()
  return replies.filter(({ shortcut, text }) => `${shortcut} ${text}`.toLowerCase().includes(wanted))
}
