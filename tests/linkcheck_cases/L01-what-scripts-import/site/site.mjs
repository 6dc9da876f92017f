import a from "./no-import.js";import {
  b,
  c,
} from "../no-above.js";
export * from "./no-export.js";
const worker = new Worker(new URL("no-worker.js", import.meta.url));
/*
import "./commented.js";
*/
// first; import "./commented.js";
