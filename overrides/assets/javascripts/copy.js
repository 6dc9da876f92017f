// A button that copies a code block, and the keyboard's way to scroll it. Only pages with code load this; without it,
// code can be selected by hand.
const { copy, copied } = document.currentScript.dataset
for (const block of document.querySelectorAll("div.highlight")) {
  const code = block.querySelector("pre > code")
  code.tabIndex = 0
  if (!navigator.clipboard) continue
  const button = document.createElement("button")
  button.className = "hd-copy"
  button.textContent = copy
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent)
    button.textContent = copied
    setTimeout(() => { button.textContent = copy }, 2000)
  })
  block.append(button)
}
