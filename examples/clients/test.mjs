// A gRPC client and a WebSocket client from npm, each with a backend of the same library behind the gateway.
// node test.mjs JAVA GATEWAY_JAR
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import grpc from '@grpc/grpc-js'
import { WebSocket, WebSocketServer } from 'ws'

const [java, jar] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-clients-'))
const stop = [() => rmSync(folder, { recursive: true, force: true })]
const text = { serialize: value => Buffer.from(value), deserialize: bytes => bytes.toString() }
const method = (path, requestStream, responseStream) => ({
  path, requestStream, responseStream,
  requestSerialize: text.serialize, requestDeserialize: text.deserialize,
  responseSerialize: text.serialize, responseDeserialize: text.deserialize
})
const greeter = {
  greet: method('/demo.Greeter/Greet', false, false),
  count: method('/demo.Greeter/Count', false, true),
  talk: method('/demo.Greeter/Talk', true, true),
  fail: method('/demo.Greeter/Fail', false, false),
  never: method('/demo.Greeter/Never', false, false)
}

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})

async function startGreeter() {
  const server = new grpc.Server()
  server.addService(greeter, {
    greet: (call, answer) => {
      const trailer = new grpc.Metadata()
      trailer.set('x-result', 'fine')
      answer(null, `Hello ${call.request}, ${call.metadata.get('x-user-id').length} identities`, trailer)
    },
    count: call => {
      for (let i = 1; i <= Number(call.request); i++) call.write(String(i))
      call.end()
    },
    talk: call => {
      call.on('data', said => call.write(said.toUpperCase()))
      call.on('end', () => call.end())
    },
    fail: (_, answer) => answer({ code: grpc.status.NOT_FOUND, details: 'no such thing' }),
    never: () => {}
  })
  const port = await new Promise((resolve, reject) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(),
    (error, bound) => error ? reject(error) : resolve(bound)))
  stop.push(() => server.forceShutdown())
  return port
}

async function startChat() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'chat.v1' })
  server.on('connection', socket => socket.on('message', (said, binary) => {
    if (said.toString() === 'bye') socket.close(4000, 'as you like')
    else socket.send(said, { binary })
  }))
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  stop.push(() => server.close())
  return server.address().port
}

async function startGateway(greeterPort, chatPort) {
  const [port, management] = [await freePort(), await freePort()]
  writeFileSync(join(folder, 'keys.json'), '{"keys":[]}')
  writeFileSync(join(folder, 'routes.yml'), `version: 1
issuers: { nobody: { issuer: "https://nobody.example", jwks: "file:keys.json", audiences: [a] } }
upstreams: { greeter: { protocol: h2c, instances: [ { url: "http://127.0.0.1:${greeterPort}" } ] } }
routes:
  - { id: greeter, match: { path: /demo.Greeter/** }, upstream: greeter, access: public }
  - { id: closed, match: { path: /demo.Closed/** }, upstream: greeter, access: signed-in }
  - { id: chat, match: { path: /chat }, upstream: "http://127.0.0.1:${chatPort}", access: public, websocket: {} }
  - { id: private, match: { path: /private }, upstream: "http://127.0.0.1:${chatPort}", access: signed-in, websocket: {} }
`)
  const env = {
    PATH: process.env.PATH, GATEHOUSE_ROUTES: join(folder, 'routes.yml'), GATEHOUSE_ADDRESS: '127.0.0.1', GATEHOUSE_PORT: String(port),
    GATEHOUSE_MANAGEMENT_PORT: String(management), GATEHOUSE_H2C: 'on', GATEHOUSE_DRAIN_GRACE: '0ms'
  }
  let log = ''
  const child = spawn(java, ['--enable-native-access=ALL-UNNAMED', '-jar', jar], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.on('data', part => { log += part })
  child.stderr.on('data', part => { log += part })
  stop.push(() => child.kill('SIGKILL'))
  for (let i = 0; i < 600; i++) {
    if (child.exitCode !== null) throw new Error(`the gateway ended:\n${log}`)
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(answer => answer.ok, () => false)
    if (ready) return port
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error(`the gateway did not become ready:\n${log}`)
}

const within = { get deadline() { return Date.now() + 60_000 } }

const unary = (client, path, said, metadata = new grpc.Metadata(), options = { deadline: within.deadline }) => new Promise(resolve => {
  const outcome = {}
  const call = client.makeUnaryRequest(path, text.serialize, text.deserialize, said, metadata, options,
    (error, value) => { Object.assign(outcome, { error, value }) })
  call.on('status', status => setImmediate(() => resolve({ ...outcome, status })))
})

const collected = stream => new Promise((resolve, reject) => {
  const all = []
  stream.on('data', part => all.push(part)).on('end', () => resolve(all)).on('error', reject)
})

function grpcCases(port) {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
  stop.push(() => client.close())
  return {
    'a call with metadata and trailers, and no forged identity': async () => {
      const metadata = new grpc.Metadata()
      metadata.set('x-user-id', 'root')
      const { error, value, status } = await unary(client, greeter.greet.path, 'Ada', metadata)
      assert.equal(error, null)
      assert.equal(value, 'Hello Ada, 0 identities')
      assert.deepEqual(status.metadata.get('x-result'), ['fine'])
    },
    'a stream of answers': async () => {
      const stream = client.makeServerStreamRequest(greeter.count.path, text.serialize, text.deserialize, '500', { deadline: within.deadline })
      assert.equal((await collected(stream)).length, 500)
    },
    'a conversation': async () => {
      const call = client.makeBidiStreamRequest(greeter.talk.path, text.serialize, text.deserialize, { deadline: within.deadline })
      const answers = collected(call)
      for (const word of ['one', 'two', 'three']) call.write(word)
      call.end()
      assert.deepEqual(await answers, ['ONE', 'TWO', 'THREE'])
    },
    'a failure of the backend': async () => {
      const { error } = await unary(client, greeter.fail.path, 'x')
      assert.deepEqual([error.code, error.details], [grpc.status.NOT_FOUND, 'no such thing'])
    },
    'a deadline': async () => {
      const { error } = await unary(client, greeter.never.path, 'x', new grpc.Metadata(), { deadline: Date.now() + 300 })
      assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED)
    },
    'a refusal of the gateway': async () => {
      const { error } = await unary(client, '/demo.Closed/Greet', 'x')
      assert.equal(error.code, grpc.status.UNAUTHENTICATED)
      assert.match(error.details, /auth\.missing/)
    }
  }
}

const next = (socket, event) => new Promise((resolve, reject) => {
  socket.once(event, (...values) => resolve(values)).once('error', reject)
  setTimeout(() => reject(new Error(`no ${event} in a minute`)), 60_000).unref()
})

function chatCases(port) {
  const url = path => `ws://127.0.0.1:${port}${path}`
  const open = async () => {
    const socket = new WebSocket(url('/chat'), ['chat.v1'])
    await next(socket, 'open')
    return socket
  }
  return {
    'texts, octets, pings and a subprotocol': async () => {
      const socket = await open()
      assert.equal(socket.protocol, 'chat.v1')
      for (const [said, binary] of [['hello', false], ['ü'.repeat(100_000), false], [Buffer.alloc(300_000, 7), true]]) {
        const heard = next(socket, 'message')
        socket.send(said)
        const [echo, isBinary] = await heard
        assert.equal(isBinary, binary)
        assert.ok(echo.equals(Buffer.from(said)))
      }
      const pong = next(socket, 'pong')
      socket.ping('still there')
      assert.equal((await pong)[0].toString(), 'still there')
      socket.terminate()
    },
    'a close code of the backend': async () => {
      const socket = await open()
      const closed = next(socket, 'close')
      socket.send('bye')
      const [code, reason] = await closed
      assert.deepEqual([code, reason.toString()], [4000, 'as you like'])
    },
    'a refusal before the handshake': async () => {
      const socket = new WebSocket(url('/private'))
      const [, answer] = await next(socket, 'unexpected-response')
      assert.equal(answer.statusCode, 401)
      socket.on('error', () => {})
      socket.terminate()
    }
  }
}

let failed = 0
let cases = 0
try {
  const port = await startGateway(await startGreeter(), await startChat())
  for (const [kind, all] of Object.entries({ gRPC: grpcCases(port), WebSocket: chatCases(port) })) {
    for (const [name, run] of Object.entries(all)) {
      cases++
      try {
        await run()
      } catch (error) {
        failed++
        console.error(`${kind}: ${name}: ${error.stack}`)
      }
    }
  }
} catch (error) {
  failed++
  console.error(String(error.stack))
} finally {
  for (const end of stop.reverse()) end()
}
console.log(`clients: ${cases} cases, ${failed} failed`)
process.exit(failed === 0 && cases === 9 ? 0 : 1)
