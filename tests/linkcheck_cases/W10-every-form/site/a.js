x;//# sourceMappingURL=no-a.js.map
