importScripts("part.js"); importScripts(name)
