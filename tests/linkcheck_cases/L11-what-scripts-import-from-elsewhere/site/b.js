export * from './no.js';
