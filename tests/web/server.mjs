// A static file server for a built page: under `base`, on 127.0.0.1, nothing else. Used by `make serve` and the tests.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json; charset=utf-8",
  ".toml": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/** The file below `root` that `path` (decoded, starting with `/`) names; undefined when it would leave `root`. */
export function fileFor(root, path) {
  const file = normalize(join(root, path.endsWith("/") ? `${path}index.html` : path));
  return file === root || file.startsWith(root + sep) ? file : undefined;
}

/**
 * Starts serving `folder` under `base` (`/` or `/some/path/`). Port 0 takes any free one; a busy `port` is followed by
 * the next ones, ten at most. `also(request, response)` may answer first: it resolves to whether it has. Resolves to
 * `{ url, close }`.
 */
export async function serve(folder, { base = "/", port = 0, also } = {}) {
  const root = resolve(folder);
  const server = createServer(async (request, response) => {
    const refuse = (status, text) => response.writeHead(status, { "content-type": "text/plain" }).end(text);
    if (await also?.(request, response)) return;
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "GET and HEAD only\n");
    let path;
    try {
      path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    } catch {
      return refuse(400, "not a path\n");
    }
    if (!path.startsWith(base)) {
      if (`${path}/` === base) return response.writeHead(301, { location: base }).end();
      return refuse(404, `nothing here: the page is at ${base}\n`);
    }
    const file = fileFor(root, `/${path.slice(base.length)}`);
    const found = file && (await stat(file).catch(() => undefined));
    if (!found?.isFile()) return refuse(404, "no such file\n");
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": found.size,
      "cache-control": "no-cache",
    });
    if (request.method === "HEAD") return response.end();
    createReadStream(file).on("error", () => response.destroy()).pipe(response);
  });
  const listen = (at) =>
    new Promise((done, failed) => {
      server.once("error", failed);
      server.listen(at, "127.0.0.1", () => {
        server.off("error", failed);
        done();
      });
    });
  for (let attempt = 0; ; attempt += 1) {
    try {
      await listen(port && port + attempt);
      break;
    } catch (error) {
      if (error.code !== "EADDRINUSE" || attempt === 10) throw error;
    }
  }
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${server.address().port}${base}`, close };
}
