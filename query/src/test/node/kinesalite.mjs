// A server that speaks as Kinesis does, in memory. Says its port, and ends when nobody holds its input any more.
import kinesalite from 'kinesalite'

const soon = { createStreamMs: 1, deleteStreamMs: 1, updateStreamMs: 1, shardLimit: 1000 }
const server = kinesalite(soon)
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))
process.stdin.on('end', () => process.exit(0))
process.stdin.resume()
