import x from "https://cdn.example/static.js";
import("https://cdn.example/dynamic.js");
