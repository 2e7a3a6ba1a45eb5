export { Server, root } from './server.mjs';
