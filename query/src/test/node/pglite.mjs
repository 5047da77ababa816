// A PostgreSQL with pgvector in memory. Says its port, and ends when nobody holds its input any more.
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const database = await PGlite.create({ extensions: { vector } })
const server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: 4 })
await server.start()
console.log('port ' + server.getServerConn().split(':').pop())
process.stdin.on('end', () => process.exit(0))
process.stdin.resume()
