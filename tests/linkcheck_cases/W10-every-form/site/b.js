//# sourceMappingURL=no-first.js.map
  //@ sourceMappingURL=no-b.js.map
