good from './no.js';
