var a = "x//# sourceMappingURL=no.map";
var b = "//# sourceMappingURL=" + a;
