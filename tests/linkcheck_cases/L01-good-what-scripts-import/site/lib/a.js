import "./b.js"; export const a = "import x from \"./c.js\"";
const say = `
  import y from "d.js"
`;
