// Deals in numbers, by the server's interface.

import { randomUUID } from 'node:crypto';

/** What the server answers to a read. */
export async function ask(base, cookie, address) {
  const answer = await fetch(new URL(address, base), { headers: { cookie } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Sends commands, as many as one request takes. */
export async function command(base, cookie, commands) {
  const answer = await fetch(new URL('/api/v1/commands', base), {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', origin: new URL(base).origin },
    body: JSON.stringify(commands),
  });
  if (!answer.ok) throw new Error(`commands: ${answer.status} ${await answer.text()}`);
  const outcomes = await answer.json();
  const refused = outcomes.find((one) => !one.applied);
  if (refused) throw new Error(`not applied: ${JSON.stringify(refused)}`);
  return outcomes;
}

/** The workspace's first pipeline, its stages in their order, and who asks. */
export async function setting(base, cookie) {
  const snapshot = await ask(base, cookie, '/api/v1/page?address=%2Fboard');
  const { pipeline } = snapshot.page.board;
  const stages = snapshot.view.stages.filter((stage) => stage.pipeline === pipeline);
  stages.sort((a, b) => a.position - b.position);
  return { pipeline, stages, me: snapshot.me };
}

/** The command that makes this deal, and the deal's id. */
export function creation({ pipeline, me }, stage, title, minor) {
  const now = new Date().toISOString();
  const id = randomUUID();
  const deal = { id, title, pipeline, stage, key: 'V', owner: me, created_at: now, entered_at: now };
  if (minor !== undefined) deal.amount = { minor, currency: 'USD' };
  return { id, command: { id: randomUUID(), command: { create: { record: { deal } } } } };
}

/** Makes a deal of each title, all in the first stage. */
export async function createDeals(base, cookie, titles) {
  const where = await setting(base, cookie);
  const made = titles.map((title) => ({ title, ...creation(where, where.stages[0].id, title) }));
  for (let from = 0; from < made.length; from += 400) {
    await command(base, cookie, made.slice(from, from + 400).map((one) => one.command));
  }
  return made.map(({ id, title }) => ({ id, title }));
}

/** Makes many deals, spread over the stages. Gives their ids with their stages, in order of making. */
export async function manyDeals(base, cookie, count) {
  const where = await setting(base, cookie);
  const made = [];
  for (let number = 0; number < count; number++) {
    const stage = where.stages[number % where.stages.length].id;
    made.push({ stage, ...creation(where, stage, `Deal ${number}`, ((number * 7919) % 90_000) * 100) });
  }
  for (let from = 0; from < made.length; from += 400) {
    await command(base, cookie, made.slice(from, from + 400).map((one) => one.command));
  }
  return { ...where, deals: made.map(({ id, stage }) => ({ id, stage })) };
}
