import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { entryPath } from '../../src/lib/entry.ts'
import { parseFile } from '../../src/parsing/parse.ts'
import { nodeArguments } from '../../src/parsing/process.ts'
import { type Message, messagesOf } from '../../src/parsing/protocol.ts'
import { CAPS, ParsingFailed } from '../../src/parsing/reasons.ts'
import { fixture, readDocument, temporaryFolder } from './documents.ts'

// More than the pipe holds, so that its reader is at work until it is read to the end.
async function longFile(t: TestContext): Promise<string> {
  const file = join(await temporaryFolder(t), 'upload')
  await writeFile(file, 'Заказ можно изменить, пока он не собран. '.repeat(60_000))
  return file
}

/** The processes that this one has started and that are still in the table, zombies too. */
async function children(): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '')
    if (Number(/\) \S (\d+)/.exec(stat)?.[1]) === process.pid) found.push(Number(name))
  }
  return found
}

describe('the process that reads a document', () => {
  it('is gone when the document is read', async () => {
    await readDocument({ file: fixture('hours-utf-8.txt'), name: 'a.txt' })
    assert.deepEqual(await children(), [])
  })

  it('killed in the middle makes an accident, leaves no zombie, and the next document is read', async (t) => {
    const file = await longFile(t)
    const reading = async () => {
      let killed = 0
      // What is in the pipe already still comes; by then the process may have left the table.
      for await (const _ of parseFile({ file, name: 'a.txt' })) {
        if (killed > 0) continue
        for (const pid of await children()) process.kill(pid, 'SIGKILL')
        killed++
      }
    }
    await assert.rejects(
      reading,
      (error) => error instanceof ParsingFailed && error.reason === 'crashed' && /SIGKILL/.test(String(error.cause)),
    )
    assert.deepEqual(await children(), [])
    assert.equal((await readDocument({ file: fixture('hours-utf-8.txt'), name: 'a.txt' })).chunks.length, 2)
  })

  it('is gone when its consumer leaves early', async (t) => {
    for await (const chunks of parseFile({ file: await longFile(t), name: 'a.txt' })) {
      assert.ok(chunks.length > 0)
      break
    }
    assert.deepEqual(await children(), [])
  })

  it('is gone when its signal aborts, and the signal’s reason is thrown', async (t) => {
    const file = await longFile(t)
    const stop = new AbortController()
    const reading = async () => {
      for await (const _ of parseFile({ file, name: 'a.txt', signal: stop.signal }))
        stop.abort(new Error('the server is going down'))
    }
    await assert.rejects(reading, /the server is going down/)
    assert.deepEqual(await children(), [])
    await assert.rejects(parseFile({ file, name: 'a.txt', signal: stop.signal }).next(), /the server is going down/)
  })

  it('is stopped at its wall clock', async (t) => {
    const { reason, ms } = await readDocument({ file: await longFile(t), name: 'a.txt', caps: { wall_ms: 60 } })
    assert.equal(reason, 'timed_out')
    assert.ok(ms < 1000)
    assert.deepEqual(await children(), [])
  })

  it('is stopped at its limit of memory', async (t) => {
    const { reason } = await readDocument({
      file: await longFile(t),
      name: 'a.txt',
      caps: { rss_bytes: 60 * 1024 * 1024 },
    })
    assert.equal(reason, 'out_of_memory')
  })

  it('is stopped at its heap', async (t) => {
    const { reason } = await readDocument({ file: await longFile(t), name: 'a.txt', caps: { heap_mb: 12 } })
    assert.equal(reason, 'out_of_memory')
  })

  it('is stopped by the kernel at its limit of processor time, with nobody watching', async (t) => {
    const { reason, ms } = await readDocument({
      file: await nestedPage(t),
      name: 'a.html',
      caps: { cpu_seconds: 1, wall_ms: 30_000 },
    })
    assert.equal(reason, 'crashed')
    assert.ok(ms < 10_000)
  })

  it('waits for a slow consumer, whose time is not counted', async (t) => {
    let batches = 0
    for await (const _ of parseFile({ file: await longFile(t), name: 'a.txt', caps: { wall_ms: 5_000 } }))
      if (batches++ < 3) await pause(2_000)
    assert.ok(batches > 10)
  })

  it('tells how far it is, ever further, between 0 and 1', async () => {
    const told: number[] = []
    for await (const _ of parseFile({
      file: fixture('shop-ru.pdf'),
      name: 'a.pdf',
      onProgress: (fraction) => told.push(fraction),
    }));
    for await (const _ of parseFile({
      file: fixture('shop-ru.html'),
      name: 'a.html',
      onProgress: (fraction) => told.push(fraction),
    }));
    assert.ok(told.length > 0)
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    )
    assert.ok(told.every((fraction) => fraction >= 0 && fraction <= 1))
  })

  it('that cannot find its file is an accident', async () => {
    const { reason, cause } = await readDocument({ file: '/nowhere/upload', name: 'a.txt' })
    assert.equal(reason, 'crashed')
    assert.match(cause, /ENOENT|ERR_ACCESS_DENIED/)
  })
})

describe('what the process may do', () => {
  it('is to read the program and its one document: no other file, no writing, no process, no thread, no code from text', async (t) => {
    const probe = join(await temporaryFolder(t), 'probe.mjs')
    await writeFile(
      probe,
      `import { readFileSync, writeFileSync, readdirSync } from 'node:fs'
       import { execSync } from 'node:child_process'
       import { Worker } from 'node:worker_threads'
       const tries = {
         own: () => readFileSync(${JSON.stringify(probe)}),
         read: () => readFileSync('/etc/passwd'), list: () => readdirSync('/'), write: () => writeFileSync(${JSON.stringify(`${probe}.new`)}, ''),
         start: () => execSync('true'), thread: () => new Worker('1', { eval: true }), code: () => eval('1'),
       }
       const done = Object.entries(tries).filter(([, tryIt]) => { try { tryIt(); return true } catch { return false } })
       process.stdout.write(done.map(([name]) => name).join())`,
    )
    const job = { file: probe, name: 'a.txt', caps: CAPS }
    const { stdout, stderr } = spawnSync(process.execPath, nodeArguments(job, probe), { env: {}, encoding: 'utf8' })
    assert.equal(stdout, 'own', stderr)
  })

  it('is to know nothing of the environment of the main process', async (t) => {
    for await (const _ of parseFile({ file: await longFile(t), name: 'a.txt' })) {
      const [pid] = await children()
      assert.doesNotMatch(await readFile(`/proc/${pid}/environ`, 'latin1'), /HOME=|USER=|NODE_/)
      break
    }
  })

  it('is to reach nobody over the network', async (t) => {
    const server = createServer()
    let visits = 0
    server.on('connection', () => visits++)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    const { port } = server.address() as { port: number }
    const probe = join(await temporaryFolder(t), 'probe.mjs')
    // The real entry runs beside it, and reads this very probe as its document.
    await writeFile(
      probe,
      `import net from 'node:net'
       import http from 'node:http'
       import dgram from 'node:dgram'
       import { writeSync } from 'node:fs'
       const refused = []
       const note = (error) => refused.push(/must not reach/.test(String(error?.message) + String(error?.cause?.message)))
       process.on('exit', () => {
         for (const tryIt of [() => net.connect(${port}, '127.0.0.1'), () => http.get('http://127.0.0.1:${port}'), () => dgram.createSocket('udp4').send('x', ${port}, '127.0.0.1'), () => net.createServer().listen(0)])
           try { tryIt(); refused.push(false) } catch (error) { note(error) }
         writeSync(2, 'refused:' + refused.join())
       })
       await import(${JSON.stringify(entryPath('parsing/child'))})`,
    )
    const job = { file: probe, name: 'a.txt', caps: CAPS }
    const { stdout, stderr } = spawnSync(process.execPath, nodeArguments(job, probe), { env: {}, encoding: 'utf8' })
    assert.match(stdout, /"done":true/, stderr)
    assert.match(stderr, /refused:true,true,true,true/)
    assert.equal(visits, 0)
  })
})

async function collect(output: AsyncIterable<Buffer>): Promise<Message[]> {
  const messages: Message[] = []
  for await (const message of messagesOf(output)) messages.push(message)
  return messages
}

describe('the output of the process', () => {
  const read = async (...pieces: string[]) => {
    const output = async function* () {
      for (const piece of pieces) yield Buffer.from(piece)
    }
    return collect(output())
  }

  it('may be cut anywhere', async () => {
    const line = `${JSON.stringify({ chunks: [{ title: 'Чай', text: 'Чёрный', position: 0 }] })}\n`
    const bytes = Buffer.from(line + line)
    const output = async function* () {
      for (const byte of bytes) yield Buffer.from([byte])
    }
    assert.equal((await collect(output())).length, 2)
  })

  it('that is no message, or a line without end, is an accident', async () => {
    const accident = { reason: 'crashed' }
    await assert.rejects(read('hello\n'), accident)
    await assert.rejects(read('{"done":true,"more":1}\n'), accident)
    await assert.rejects(read(`{"chunks":[{"title":"","text":"${'a'.repeat(1001)}","position":0}]}\n`), accident)
    await assert.rejects(read(...Array<string>(20).fill('a'.repeat(100_000))), accident)
  })
})

// Slow for any parser that follows the standard.
async function nestedPage(t: TestContext): Promise<string> {
  const file = join(await temporaryFolder(t), 'upload')
  await writeFile(file, `<html>${'<div>'.repeat(200_000)}x`)
  return file
}
