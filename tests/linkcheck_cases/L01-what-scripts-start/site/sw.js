importScripts("no-part.js", "x.js");
// importScripts("no.js")
