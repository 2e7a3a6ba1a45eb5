import { Server } from './server';

/** Starts the server that all tests share, unless FAIRLEAD_URL names one that runs. */
export default async function setup(): Promise<(() => Promise<void>) | void> {
  if (process.env.FAIRLEAD_URL) {
    process.env.FAIRLEAD_BASE = process.env.FAIRLEAD_URL.replace(/\/$/, '');
    return;
  }
  const server = await Server.start();
  process.env.FAIRLEAD_BASE = server.url;
  return () => server.remove();
}
