var s = "//# sourceMappingURL=no-good.js.map";
