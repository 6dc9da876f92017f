f};//# sourceMappingURL=no-i.mjs.map
