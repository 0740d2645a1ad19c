import Database from 'better-sqlite3'
import express from 'express'

// The yardstick of the message path: a bare express route that does the same inserts with prepared statements, on the same settings.
const db = new Database(process.argv[2]!)
db.pragma('journal_mode = wal')
db.pragma('synchronous = full')
db.exec(`create table messages (id integer primary key autoincrement, tenant_id int, dialog_id int, sender text, text text, source_id text, created_at int, unique (dialog_id, source_id)) strict;
create table dialogs (id integer primary key, last_message_id int) strict; insert into dialogs values (1, 0);
create table streams (name text primary key, last_seq integer not null) strict;
create table events (id integer primary key autoincrement, stream text, seq int, tenant_id int, name text, payload text, created_at int, unique (stream, seq)) strict;
create table tasks (id integer primary key autoincrement, name text, lane text, payload text, state text, due_at int, created_at int) strict;`)
const message = db.prepare(
  'insert into messages (tenant_id, dialog_id, sender, text, source_id, created_at) values (1, ?, ?, ?, ?, ?) on conflict do nothing returning id',
)
const dialog = db.prepare('update dialogs set last_message_id = ? where id = ?')
const stream = db.prepare(
  'insert into streams values (?, 1) on conflict (name) do update set last_seq = last_seq + 1 returning last_seq',
)
const event = db.prepare(
  'insert into events (stream, seq, tenant_id, name, payload, created_at) values (?, ?, 1, ?, ?, ?)',
)
const task = db.prepare(
  "insert into tasks (name, lane, payload, state, due_at, created_at) values (?, ?, ?, 'ready', ?, ?)",
)

const say = db.transaction((dialog_id: number, text: string, source_id: string) => {
  const now = Date.now()
  const { id } = message.get(dialog_id, 'user', text, source_id, now) as { id: number }
  dialog.run(id, dialog_id)
  const { last_seq } = stream.get(`dialog:${dialog_id}`) as { last_seq: number }
  const payload = JSON.stringify({
    dialog_id,
    message: { id, sender: 'user', text, created_at: new Date(now).toISOString() },
  })
  event.run(`dialog:${dialog_id}`, last_seq, 'dialog.message.created', payload, now)
  task.run('answering.answer', `answering.answer:dialog:${dialog_id}`, payload, now, now)
  return { id, sender: 'user', text, created_at: new Date(now).toISOString() }
}).immediate

const app = express()
app.post('/dialogs/:id/messages', express.json(), (req, res) => {
  const { text, client_message_id } = req.body as { text: string; client_message_id: string }
  res.status(201).json(say(Number(req.params.id), text, client_message_id))
})
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(
    JSON.stringify({ msg: 'ready', url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` }),
  )
})
