import { type Command, Option } from 'commander';
import { parseChoice, parseInteger, parsePositive, parseRate, RECEIVE_PROTOCOLS } from './track-options.ts';

const JSON_KEYS = `
Each line of --json is one sample:
  source, subject, sourceNumber, label, sequence, timecode, recording   (null: the packet has none)
  sampleTimestampNs, receivedAtNs   TAI nanoseconds since 1970, as text
  positionM [x, y, z]               metres, Y up, right-handed; the protocols' (x, y, z) is (x, z, -y) here
  panDeg, tiltDeg, rollDeg          pan + left, tilt + up, roll + clockwise seen from behind
  rotation [x, y, z, w]             camera axes (looks -Z, +Y up) to tracker axes
  sensorMm [width, height]          or null
  lens                              what the packet carried: pinholeFocalLengthMm, entrancePupilOffsetM, focusDistanceM,
                                    projectionOffsetMm, distortionOffsetMm, distortion (tangent units), encoders, rawEncoders
`;

/** `cyc track send|monitor|record|replay`: camera tracking without a show. */
export function registerTrack(program: Command): void {
  const track = program.command('track').description('send, watch, record and replay camera tracking (FreeD, OpenTrackIO)');
  registerSend(track);
  registerMonitor(track);
  registerRecord(track);
  registerReplay(track);
}

function registerSend(track: Command): void {
  withTarget(track.command('send').description('send a simulated or recorded camera move'))
    .option('--move <name>', 'handheld, dolly, crane, or file', parseChoice('--move', ['handheld', 'dolly', 'crane', 'file']))
    .option('--file <path>', 'recorded path: TUM text, OpenTrackIO JSON lines or a .take (implies --move file)')
    .option('--loop', 'begin the recorded path again at its end')
    .addOption(
      new Option('--rate <hz>', 'samples a second, such as 60 or 24000/1001').argParser(parseRate).default({ num: 100, den: 1 }, '100'),
    )
    .option('--seed <n>', 'seed of the simulated operator', parseInteger('--seed', 0, 0xffffffff), 1)
    .option('--focal-length <mm>', 'send this pinhole focal length (OpenTrackIO)', parsePositive('--focal-length', 'millimetres'))
    .option('--duration <seconds>', 'stop after this time; else at Ctrl-C or the end of the path', parsePositive('--duration', 'seconds'))
    .action(async (options) => (await import('./track-send.ts')).runSend(options));
}

function registerMonitor(track: Command): void {
  withReceiver(track.command('monitor').description('show what arrives: rate, jitter, loss, pose, lens'))
    .option('--json', 'print one line per decoded sample')
    .addHelpText('after', JSON_KEYS)
    .action(async (options) => (await import('./track-monitor.ts')).runMonitor(options));
}

function registerRecord(track: Command): void {
  withReceiver(track.command('record <file>').description('record what arrives to a .take file'))
    .option('--force', 'replace a file that is there')
    .action(async (file, options) => (await import('./track-record.ts')).runRecord(file, options));
}

function registerReplay(track: Command): void {
  withTarget(track.command('replay <file>').description('replay the samples of a .take file, over the network or as JSON'))
    .option('--json', 'print the samples, as `cyc track monitor --json` does, without waiting')
    .option('--loop', 'begin again at the end')
    .addHelpText('after', JSON_KEYS)
    .action(async (file, options) => (await import('./track-replay.ts')).runReplay(file, options));
}

/** Options of the commands that send. */
function withTarget(command: Command): Command {
  const protocols = ['freed', 'opentrackio-json', 'opentrackio-cbor', 'opentrackio-ws'];
  return command
    .option('--protocol <name>', protocols.join(', '), parseChoice('--protocol', protocols), 'opentrackio-json')
    .option('--to <host:port>', 'where to; default 127.0.0.1 and the port of the protocol (55555, WebSocket 55556, FreeD 40000)')
    .option('--multicast [group]', 'send to a multicast group; default 239.135.1.<camera id>')
    .option('--interface <address>', 'address of the interface that multicast leaves by')
    .option('--camera-id <n>', 'FreeD camera id (0-255) or OpenTrackIO source number (1-200)', parseInteger('--camera-id', 0, 255), 1)
    .option('--segment <bytes>', 'cut payloads into packets of this size', parseInteger('--segment', 1, 32_767));
}

/** Options of the commands that listen. */
function withReceiver(command: Command): Command {
  return command
    .option(
      '--protocol <name>',
      'opentrackio (JSON and CBOR over UDP), opentrackio-ws, freed',
      parseChoice('--protocol', RECEIVE_PROTOCOLS),
      'opentrackio',
    )
    .option('--port <n>', 'port to listen on; default 55555, WebSocket 55556, FreeD 40000', parseInteger('--port', 1, 65_535))
    .option('--multicast <group...>', 'join these IPv4 groups (OpenTrackIO: 239.135.1.<source number>)')
    .option('--interface <address>', 'listen on this interface only')
    .option('--url <url>', 'opentrackio-ws: connect to a tracker that serves samples')
    .option('--no-checksum', 'accept packets whose checksum is wrong')
    .addOption(
      new Option('--radial-order <name>', 'order of the radial distortion coefficients a sender uses')
        .choices(['openlensio', 'polynomial'])
        .default('openlensio'),
    )
    .option('--count <n>', 'stop after this many samples', parseInteger('--count', 1, 1_000_000_000))
    .option('--duration <seconds>', 'stop after this time', parsePositive('--duration', 'seconds'));
}
