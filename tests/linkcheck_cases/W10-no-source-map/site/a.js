var a = "//# sourceMappingURL=no.js.map";
//# sourceMappingURL=a.js.map
