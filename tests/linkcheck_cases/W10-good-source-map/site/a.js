f();
//# sourceMappingURL=a.js.map
