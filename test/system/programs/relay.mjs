// Leads connections on a port, at every address of its network, to a socket in the file system.
import net from 'node:net';

const [port, socket] = process.argv.slice(2);
const server = net.createServer((incoming) => {
  const outgoing = net.connect(socket);
  incoming.pipe(outgoing).pipe(incoming);
  // One end that is cut off cuts off the other.
  incoming.on('error', () => outgoing.destroy());
  outgoing.on('error', () => incoming.destroy());
});
server.listen(Number(port), '0.0.0.0', () => process.stdout.write('ready\n'));
