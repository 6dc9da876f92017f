f()//# sourceMappingURL=no-g.js.map
h();
