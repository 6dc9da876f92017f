f()//# sourceMappingURL=no-h.js.map
