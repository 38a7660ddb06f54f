/** What `--help` starts with, for each command. */
const send = `Examples:
  echoscope send hello --to :9000             the words, a space between them
  echoscope send --to :9000 < photo > copy    stdin until its end, byte for byte
  echoscope send --expect-echo < photo        status 1 unless it all comes back
  echoscope send one two --to udp://:9000     two datagrams, a reply to each
  date | echoscope send --to udp://:9000      each line is a datagram`;

const bench = `Examples:
  echoscope bench                            64 connections, 64 bytes to and fro
  echoscope bench --to :9000 --mode stream --connections 8 --size 64KiB
  echoscope bench --mode connect --connections 8 --size 16 --threads 2
  echoscope bench --to udp://:9000 --json    one object for scripts

How much it can ask for: on a virtual machine of 2 cores, one thread got, from
day to day, 70,000 to 112,000 round trips/s (64 connections of 64 bytes), 5,200
to 11,000 connections/s (8 at a time) and 970 to 2,000 MiB/s (8 streams of 64
KiB) out of an echo in C. Where "own load" is at its limit, the server may do
more than it was asked. Then --threads asks for more, if cores are idle: the
server's and one for each thread. With none idle, on the same 2 cores, 2 threads
got 0.9 of the round trips of one, and as many connections.`;

const serve = `Examples:
  echoscope serve                            one line per event, until Ctrl-C
  echoscope serve :9000 udp://:9000          TCP and UDP on one port number
  echoscope serve :0 --json --stats 1s       any free port; events for scripts
  echoscope serve --data text --echo line    what peers say, sent back by line`;

const console = `Examples:
  echoscope                            listen on 127.0.0.1:8080 and talk to it
  echoscope 9000                       the same on port 9000
  echoscope 0.0.0.0:9000 '[::]:9000'   every address of this machine
  echoscope :0                         any free port; the console shows which`;

/** The examples of a command; those of the console where it has none of its own. */
export const examplesOf = (command: string): string => ({ serve, send, bench })[command] ?? console;
