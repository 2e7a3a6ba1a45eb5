// Entering without a browser, for what only needs a session.

import { randomInt, randomUUID } from 'node:crypto';
import http from 'node:http';

/**
 * Sends a form from another address of this machine. The server lets one address found only a few workspaces in a
 * quarter of an hour, which the tests are not about.
 * @returns {Promise<{status: number, headers: http.IncomingHttpHeaders, body: Buffer}>}
 */
export function sendFrom(url, { method = 'POST', headers = {}, body = '' } = {}) {
  const { hostname, port, pathname, search, origin, host } = new URL(url);
  const localAddress = `127.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(2, 255)}`;
  return new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, path: pathname + search, method, localAddress, headers: { origin, ...headers, host } },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Founds a workspace by the form's request and gives the session's cookie. */
export async function found(base, workspace) {
  const email = `${randomUUID()}@example.test`;
  const body = new URLSearchParams({ workspace, name: 'Ada Bench', email, password: 'correct horse battery', zone: 'Asia/Shanghai' }).toString();
  const answer = await sendFrom(`${base}/enter/found`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
    body,
  });
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0];
  if (answer.status !== 303 || !cookie) throw new Error(`founding was answered with ${answer.status}`);
  return { cookie, email };
}
